import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { ARRIVAL } from './random-shapes.ts';

/** How events stand in records: several in a list, or one in an envelope. */
export type Packing = 'lists' | 'batches' | 'payloads' | 'changes';

/** An event, and the JSON around it. */
interface PackedEvent {
  readonly record: KafkaRecord;
  readonly json: string;
  readonly envelope?: string;
}

/** Records, and the events that stand in them. */
export interface PackedEvents {
  readonly packing: Packing;
  readonly records: readonly KafkaRecord[];
  readonly events: readonly PackedEvent[];
}

/** The values of records, packed into other records. Some changes are deletions, and hold no event. */
export function packedEvents(
  values: fc.Arbitrary<KafkaRecord[]>,
  ...packings: Packing[]
): fc.Arbitrary<PackedEvents> {
  const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
  return fc.tuple(fc.constantFrom(...packings), values, lengths).map(([packing, records, sizes]) => {
    const texts = records.map(({ value }) => Buffer.from(value!).toString());
    const packed = packing === 'lists' || packing === 'batches' ? inLists : inEnvelopes;
    return { packing, ...packed(packing, texts, sizes) };
  });
}

function inLists(packing: Packing, texts: readonly string[], sizes: readonly number[]) {
  const records: KafkaRecord[] = [];
  const events: PackedEvent[] = [];
  for (let taken = 0; taken < texts.length;) {
    const some = texts.slice(taken, taken + sizes[records.length % sizes.length]!);
    taken += some.length;
    const envelope = '{"batch":[],"sentAt":"2026-06-01T09:00:03Z","context":{"writeKey":"w"}}';
    const list = `[${some.join()}]`;
    const record = recordOf(packing === 'lists' ? list : envelope.replace('[]', () => list), records.length);
    records.push(record);
    events.push(...some.map((json) => ({ record, json, ...(packing === 'batches' && { envelope }) })));
  }
  return { records, events };
}

function inEnvelopes(packing: Packing, texts: readonly string[]) {
  const all = texts.map((json, index) => {
    const isDeletion = packing === 'changes' && index % 4 === 3;
    const [before, after] = isDeletion ? [json, null] : [null, json];
    const change = `{"before":${before},"after":${after},"op":"${isDeletion ? 'd' : 'cru'[index % 3]}","ts_ms":${ARRIVAL / 1000n}}`;
    const value = packing === 'payloads' ? `{"schema":null,"payload":${json}}` : change;
    return { record: recordOf(value, index), json, envelope: change, isDeletion };
  });
  return {
    records: all.map(({ record }) => record),
    events: all.filter(({ isDeletion }) => !isDeletion),
  };
}

function recordOf(value: string, index: number): KafkaRecord {
  return { partition: 0, offset: BigInt(index), kafkaTs: ARRIVAL, key: null, value: Buffer.from(value) };
}
