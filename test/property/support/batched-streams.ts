import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { FieldDefinition } from '../../../domain/registry/definition.ts';
import { type Leaning, repeatingStreams, streams } from './random-stream.ts';
import { type SourceRules, Stream } from './stream.ts';

/** How events of a partition are put into records. */
interface Packing {
  /** How many events the record takes. */
  readonly events: number;
  readonly form: 'below batch' | 'the record' | 'no list' | 'no value';
  /** What stands around the list, in front of it and behind it: members of an object. */
  readonly around: readonly [string, string];
  readonly blanks: string;
  /** What takes the place of an event that is no JSON. */
  readonly odd: string;
}

const SENT_AT: FieldDefinition = {
  name: 'sent_at',
  type: 'string',
  required: false,
  from: { envelope: ['context', 'sentAt'] },
};

const packing: fc.Arbitrary<Packing> = fc.record({
  events: fc.constantFrom(2, 0, 1, 3, 5),
  form: fc.constantFrom(
    ...(['below batch', 'below batch', 'below batch', 'the record', 'no list', 'no value'] as const),
  ),
  around: fc.tuple(
    fc.constantFrom(
      '',
      '"note":"]}[{\\",\\\\",',
      '"batch":[1,2],',
      '"context":{"sentAt":"now","batch":[[]]},',
      '"context":{"sentAt":9007199254740993},"b\\u0061tch":7,',
    ),
    fc.constantFrom('', ',"context":{"sentAt":"then"}', ',"n":0.1', ',"nested":[[["]"]]]', ',"context":[]'),
  ),
  blanks: fc.constantFrom('', ' ', '\n\t'),
  odd: fc.constantFrom('7', '"a,]"', 'null', '[]', '[{"user_id":"a"}]', '{}', 'NaN', '{"batch":[]}', '-0.5'),
});

const NO_LISTS = ['{"batch":{}}', '{"events":[]}', '7', '{"batch":"[]"}', '{', 'null', '{"batch":[}'];

/** The events of random streams, several in a record, beside foreign ones and records without a list. */
export function batchedStreams(
  leaning: Leaning = {},
  { repeating = false }: { readonly repeating?: boolean } = {},
): fc.Arbitrary<Stream> {
  return fc
    .record({
      stream: repeating ? repeatingStreams(leaning) : streams(leaning),
      packings: fc.array(packing, { minLength: 1, maxLength: 12, size: 'max' }),
      foreign: fc.option(fc.constant('purchase'), { nil: undefined }),
    })
    .map(({ stream, packings, foreign }) => {
      const settings = { ...stream.settings, explodes: true, fields: [SENT_AT] };
      return new Stream(
        [0, 1, 2].flatMap((partition) => packed(stream, partition, packings)),
        foreign === undefined ? settings : { ...settings, rules: withoutType(foreign) },
      );
    });
}

function packed({ records }: Stream, partition: number, packings: readonly Packing[]): KafkaRecord[] {
  const events = records.filter((record) => record.partition === partition);
  const log: KafkaRecord[] = [];
  for (let taken = 0, turn = partition; taken < events.length; turn += 1) {
    const packing = packings[turn % packings.length]!;
    const some = events.slice(taken, taken + packing.events);
    taken += Math.max(1, some.length);
    const last = some.at(-1) ?? events[taken - 1]!;
    log.push({ ...last, value: valueOf(packing, some, last.offset) });
  }
  return log;
}

function valueOf(
  { form, around: [before, after], blanks, odd }: Packing,
  events: readonly KafkaRecord[],
  offset: bigint,
): Uint8Array | null {
  if (form === 'no value') return null;
  if (form === 'no list') return Buffer.from(NO_LISTS[Number(offset) % NO_LISTS.length]!);
  const texts = events.map(({ value }) =>
    value !== null && isJson(value) ? Buffer.from(value).toString() : odd,
  );
  const list = `[${blanks}${texts.join(`${blanks},${blanks}`)}${blanks}]`;
  if (form === 'the record') return Buffer.from(`${blanks}${list}${blanks}`);
  return Buffer.from(`${blanks}{${before}"batch"${blanks}:${blanks}${list}${after}}`);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
  } catch {
    return false;
  }
}

/** Events of this type, and tombstones, are not for the source. */
function withoutType(value: string): SourceRules {
  return {
    tombstones: 'skip',
    where: {
      op: 'or',
      of: [
        { op: 'is_null', field: 'event_type' },
        { op: 'not', of: { op: 'equals', field: 'event_type', value } },
      ],
    },
    isFor: { fields: ['event_type'], holds: (valueOf) => valueOf('event_type') !== value },
  };
}
