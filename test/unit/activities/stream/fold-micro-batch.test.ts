import { expect, test } from 'vitest';
import { type Cursors, foldMicroBatch } from '../../../../activities/stream/fold-micro-batch.ts';
import type { ReadPart } from '../../../../activities/stream/read-part.ts';
import { NOTHING_SEEN } from '../../../../domain/log/deduplication.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { fromMillis } from '../../../../domain/time/instant.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, streamTable } from '../../../../schemas/index.ts';

test('a micro-batch of more tiles than memory should hold ends early, and the next takes the rest', async () => {
  const engine = wideEngine(500);
  // Every second offset of partition 1 is absent.
  const read: ReadPart = {
    records: records(3_000),
    ranges: [
      { partition: 0, from: 0n, to: 1_500n },
      { partition: 1, from: 0n, to: 3_000n },
      { partition: 2, from: 7n, to: 7n },
    ],
  };
  let cursors: Cursors = new Map(
    read.ranges.map(({ partition, from }) => [
      partition,
      { partition, nextOffset: from, watermark: undefined, last: undefined },
    ]),
  );
  const sizes: number[] = [];
  const raw: KafkaRecord['offset'][] = [];
  for (let next: ReadPart | undefined = read; next;) {
    const folded = await foldMicroBatch(engine, next, cursors, NOTHING_SEEN);
    sizes.push(folded.read.records.length);
    raw.push(...folded.batch.raw.map(({ event }) => event.offset));
    for (const { partition, from } of folded.entries) expect(from).toBe(cursors.get(partition)!.nextOffset);
    ({ cursors, rest: next } = folded);
  }
  expect(sizes).toEqual([2_495, 505]);
  expect(raw).toEqual(read.records.map(({ offset }) => offset));
  expect([...cursors.values()].map(({ nextOffset }) => nextOffset)).toEqual([1_500n, 3_000n, 7n]);
});

/** An engine whose tiles have so many partials. */
function wideEngine(features: number) {
  const { definition } = streamTable({
    name: 'wide',
    source: userEvents,
    window: { length: '1 hour', slide: '1 hour' },
    features: Object.fromEntries(
      Array.from({ length: features }, (_, index) => [
        `n_${index}`,
        count({ where: { event_type: `t_${index}` } }),
      ]),
    ),
  });
  return streamEngine(userEvents.definition, [compileStreamTable(definition, userEvents.definition)]);
}

/** Records of as many users, on two partitions by turns. */
function records(many: number): KafkaRecord[] {
  return Array.from({ length: many }, (_, index) => ({
    partition: index % 2,
    offset: BigInt(index % 2 === 0 ? index / 2 : index),
    kafkaTs: fromMillis(Date.parse('2026-03-01T12:30:00Z')),
    key: null,
    value: new TextEncoder().encode(
      JSON.stringify({ user_id: `u_${index}`, event_ts: '2026-03-01T12:01:00Z' }),
    ),
  }));
}
