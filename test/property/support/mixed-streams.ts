import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { FieldDefinition, StreamTableDefinition } from '../../../domain/registry/definition.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import {
  approxCountDistinct,
  collectSet,
  count,
  countDistinct,
  countIf,
  diversity,
  eventSource,
  first,
  histogram,
  isNull,
  last,
  lastK,
  lastVector,
  meanVector,
  mostFrequent,
  not,
  optional,
  share,
  streamTable,
  topK,
} from '../../../schemas/index.ts';
import { numberTexts, streams } from './random-stream.ts';
import { type SourceRules, Stream } from './stream.ts';

/** The fields that mixed streams have beside those of the example. */
const mixedFields: readonly FieldDefinition[] = [
  { name: 'is_member', type: 'boolean', required: false },
  { name: 'is_gift', type: 'boolean', required: false, coerce: true },
  { name: 'taste', type: 'double[]', required: false, length: 2 },
];

/** Features of fields that are true or false, and of vectors. */
export const truthFeatures: StreamTableDefinition = streamTable({
  name: 'truth_features',
  source: eventSource({
    name: userEvents.definition.name,
    entity: 'user_id',
    eventTime: 'event_ts',
    fields: {
      ...userEvents.fields,
      is_member: optional('boolean'),
      is_gift: optional('boolean', { coerce: true }),
      taste: optional('double[]', { length: 2 }),
    },
  }),
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    was_member: first('is_member'),
    is_member: last('is_member'),
    is_gift_of_member: last('is_gift', { where: { is_member: true } }),
    gifts: count({ where: { is_gift: true } }),
    no_gifts: count({ where: { is_gift: false } }),
    gifts_of_members: countIf('is_gift', { where: { is_member: true } }),
    share_of_gifts: share('is_gift'),
    share_of_members_of_gifts: share({ is_member: true, is_gift: true }, { where: isNull('revenue') }),
    usually_member: mostFrequent('is_member'),
    member_diversity: diversity('is_member'),
    answers: countDistinct('is_member'),
    answers_roughly: approxCountDistinct('is_gift'),
    by_membership: histogram('is_member'),
    answer_set: collectSet('is_gift', { bound: 1 }),
    last_answers: lastK('is_gift', { k: 3 }),
    top_answers: topK('is_gift', { k: 2 }),
    taste: lastVector('taste'),
    taste_of_members: lastVector('taste', { where: { is_member: true }, over: 'lifetime' }),
    mean_taste: meanVector('taste'),
    mean_taste_10m: meanVector('taste', { over: '10 minutes' }),
    mean_taste_of_gifts: meanVector('taste', { where: { is_gift: true } }),
    has_taste: not(isNull('taste')),
    was_ever_member: first('is_member', { over: 'lifetime' }),
  },
}).definition;

/** What is done to a record of an ordinary stream. */
interface Change {
  readonly isTombstone: boolean;
  /** JSON texts of members that are added at the end, so that they count. */
  readonly members: Readonly<Record<string, string>>;
}

function mostly(usual: string, ...others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 6 }, fc.constantFrom(...others));
}

const changes: fc.Arbitrary<Change> = fc.record({
  isTombstone: fc.integer({ max: 9, min: 0 }).map((draw) => draw === 0),
  members: fc.record({
    is_member: fc.constantFrom('true', 'false', 'true', 'false', '', 'null', '"true"', '1', '[]'),
    is_gift: fc.constantFrom('true', 'false', '"True"', '"0"', '1', '0.0', '', '"yes"', '2', '{"a":NaN}'),
    taste: fc.oneof(
      fc.tuple(numberTexts, numberTexts).map((numbers) => `[${numbers.join(',')}]`),
      fc.constantFrom('', 'null', '[1]', '[1,2,3]', '[1,null]', '[1,"2"]', '[]', '[1e16,0]', '"[1,2]"'),
    ),
    revenue: mostly('', '"much"', 'NaN', '1e16', '[1]'),
    event_type: mostly('', '"heartbeat"', '3', '[]', '-0', 'Infinity'),
    user_id: mostly('', 'null', '7', '{}'),
  }),
});

const sourceRules: fc.Arbitrary<SourceRules> = fc
  .record({
    filter: fc.constantFrom<Pick<SourceRules, 'where' | 'isFor'>>(
      {},
      {
        where: { op: 'in', field: 'event_type', values: ['purchase', 'view'] },
        isFor: {
          fields: ['event_type'],
          holds: (valueOf) => ['purchase', 'view'].includes(valueOf('event_type') as string),
        },
      },
      {
        where: { op: 'equals', field: 'is_member', value: true },
        isFor: { fields: ['is_member'], holds: (valueOf) => valueOf('is_member') === true },
      },
      {
        where: {
          op: 'or',
          of: [
            { op: 'not', of: { op: 'equals', field: 'event_type', value: 'heartbeat' } },
            { op: 'is_null', field: 'is_gift' },
          ],
        },
        isFor: {
          fields: ['event_type', 'is_gift'],
          holds: (valueOf) =>
            (valueOf('event_type') !== null && valueOf('event_type') !== 'heartbeat') ||
            valueOf('is_gift') === null,
        },
      },
    ),
    tombstones: fc.constantFrom('skip', 'dead_letter', undefined),
    invalid: fc.constantFrom('null', 'dead_letter', undefined),
  })
  .map(({ filter, ...others }) => ({ ...filter, ...others }));

/**
 * Streams that hold records for others, tombstones and values that do not fit, beside all that
 * {@link streams} have.
 */
export const mixedStreams: fc.Arbitrary<Stream> = fc
  .record({
    stream: streams({ disorder: 60 }),
    changes: fc.array(changes, { minLength: 24, maxLength: 24 }),
    rules: sourceRules,
  })
  .map(({ stream, changes, rules }) => {
    const records = stream.records.map((record, index) => changed(record, changes[index]!));
    return new Stream(records, { ...stream.settings, fields: mixedFields, rules });
  });

function changed(record: KafkaRecord, { isTombstone, members }: Change): KafkaRecord {
  if (isTombstone) return { ...record, value: null };
  const text = record.value === null ? '' : Buffer.from(record.value).toString();
  if (!text.startsWith('{"') || !text.endsWith('}')) return record;
  const added = Object.entries(members).filter(([, token]) => token !== '');
  const tail = added.map(([name, token]) => `,"${name}":${token}`).join('');
  return { ...record, value: Buffer.from(`${text.slice(0, -1)}${tail}}`) };
}
