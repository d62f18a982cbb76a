import { expect, test } from 'vitest';
import { aggregatorOf } from '../../../../domain/aggregation/aggregates.ts';
import type { Event } from '../../../../domain/log/event.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { isAggregate } from '../../../../domain/registry/definition.ts';
import { oracle } from '../../../oracle/oracle.ts';
import type { OracleWindowRow } from '../../../oracle/windows.ts';
import { runAtOnce } from '../../support/batching.ts';
import { ACTIVITY, engineFor, foldAll } from '../../support/engine.ts';
import { everyAggregate } from '../../support/every-aggregate.ts';
import { forAll } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';
import { Stream, rfc3339 } from '../../support/stream.ts';

test('without values, counts and sums are 0, lists are empty, and every other aggregate is null', () => {
  const ofNothing = everyAggregate.features
    .filter(isAggregate)
    .map((feature): [string, unknown] => [
      feature.aggregate,
      aggregatorOf(feature).finish(aggregatorOf(feature).empty()),
    ]);
  expect(Object.fromEntries(ofNothing)).toEqual({
    count: 0,
    sum: 0,
    count_distinct: 0,
    approx_count_distinct: 0,
    mean: null,
    variance: null,
    stddev: null,
    min: null,
    max: null,
    quantile: null,
    first: null,
    last: null,
    last_k: '[]',
    collect_set: '[]',
    top_k: '[]',
    histogram: '{}',
    most_frequent: null,
    diversity: 0,
    share: 0,
    mean_interarrival: null,
  });
});

test("the rows of a stream with mostly null fields equal the oracle's", () => {
  forAll(streams({ nulls: 70 }), (stream) => {
    const { rows } = runAtOnce(stream, engineFor(stream)).tables.get(ACTIVITY)!;
    expect(rows).toEqual(oracle(stream.records, stream.options).windows);
  });
});

test('events without optional fields give only an event count', () => {
  forAll(streams(), (stream) => {
    const rows = activityRows(stream);
    const bare = activityRows(new Stream(foldAll(stream).raw.map(bareRecord), stream.settings));
    expect([...bare.keys()]).toEqual([...rows.keys()]);
    for (const [window, { event_count_1h }] of rows) {
      expect(bare.get(window)).toMatchObject({
        event_count_1h,
        revenue_1h: 0,
        session_count_1h: 0,
        unique_products_1h: 0,
        purchase_count_1h: 0,
        last_platform: null,
        conversion_rate_1h: 0,
        avg_revenue_per_purchase_1h: 0,
      });
    }
  });
});

test('added events without optional fields change only the features that count events', () => {
  forAll(streams(), (stream) => {
    const eventAndBare = foldAll(stream).raw.flatMap(({ event }) => {
      const record = stream.records.find(
        (one) => one.partition === event.partition && one.offset === event.offset,
      )!;
      return [
        { ...record, offset: event.offset * 2n },
        { ...bareRecord({ event }), offset: event.offset * 2n + 1n },
      ];
    });
    const rows = activityRows(new Stream(eventAndBare, stream.settings));
    for (const [window, row] of activityRows(stream)) {
      const event_count_1h = row.event_count_1h * 2;
      // The last row of a window with a tail is of nothing.
      const conversion_rate_1h = event_count_1h === 0 ? 0 : row.purchase_count_1h / event_count_1h;
      expect(rows.get(window)).toEqual({ ...row, event_count_1h, conversion_rate_1h });
    }
  });
});

function activityRows(stream: Stream): ReadonlyMap<string, OracleWindowRow> {
  return runAtOnce(stream, engineFor(stream)).tables.get(ACTIVITY)!.rows as unknown as ReadonlyMap<
    string,
    OracleWindowRow
  >;
}

/** The record of an event without its optional fields: same user, time and place. */
function bareRecord({ event }: { event: Event }): KafkaRecord {
  const { partition, offset, kafkaTs, eventTs, values } = event;
  const text = JSON.stringify({ user_id: values[0], event_ts: rfc3339(eventTs) });
  return { partition, offset, kafkaTs, key: null, value: Buffer.from(text) };
}
