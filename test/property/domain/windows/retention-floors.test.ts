import fc from 'fast-check';
import { expect, test } from 'vitest';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import type { AcceptedEvent } from '../../../oracle/log.ts';
import { areSame, oracle, windowKey } from '../../../oracle/oracle.ts';
import { windowEndsAround, windowRow } from '../../../oracle/windows.ts';
import { ACTIVITY, engineFor } from '../../support/engine.ts';
import { everyAggregate } from '../../support/every-aggregate.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { lateRows, rawRows } from '../../support/oracle-shape.ts';
import { streams } from '../../support/random-stream.ts';
import { RetainedStream, type Step, steps } from '../../support/retention.ts';
import type { Stream } from '../../support/stream.ts';

const disordered = streams({ disorder: 120, malformed: 2, maxLength: 40 });

test("removing tiles between micro-batches leaves the rows and late events equal to the oracle's", () => {
  let removed = 0;
  forAll(fc.record({ stream: disordered, steps: steps('batch', 'tiles') }), ({ stream, steps }) => {
    const run = new RetainedStream(stream, engineFor(stream)).run(steps);
    removed += run.removed;
    const expected = oracle(stream.records, stream.options);
    expect(run.store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    expect(lateRows(run.store.late)).toEqual(expected.late);
  });
  expect(removed).toBeGreaterThan(numRuns);
});

test("removing tiles leaves the rows equal to the oracle's if the source corrects late events", () => {
  forAll(fc.record({ stream: disordered, steps: steps('batch', 'tiles') }), ({ stream, steps }) => {
    const { source, tables } = engineFor(stream);
    const run = new RetainedStream(stream, streamEngine({ ...source, late: 'correct' }, tables)).run(steps);
    const expected = oracle(stream.records, { ...stream.options, merged: () => true });
    expect(run.store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
  });
});

test('with late merges in between, removing tiles changes no row of any aggregate', () => {
  forAll(fc.record({ stream: disordered, steps: steps('batch', 'tiles', 'merge') }), ({ stream, steps }) => {
    const engine = engineFor(stream, [everyAggregate]);
    const retained = new RetainedStream(stream, engine).run(steps);
    const whole = new RetainedStream(stream, engine).run(steps.filter(({ kind }) => kind !== 'tiles'));
    for (const [name, { rows }] of whole.store.tables) {
      expect(retained.store.tables.get(name)!.rows).toEqual(rows);
    }
  });
}, 300_000);

test('removing tiles and raw events makes no event of a partition known from the start late', () => {
  let removed = 0;
  const allKnown: Step = { kind: 'batch', partitions: [0, 1, 2], records: 0 };
  forAll(fc.record({ stream: disordered, steps: steps('batch', 'tiles', 'raw') }), ({ stream, steps }) => {
    const run = new RetainedStream(stream, engineFor(stream)).run([allKnown, ...steps]);
    removed += run.removed;
    const expected = oracle(stream.records, stream.options);
    expect(run.store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    expect(lateRows(run.store.late)).toEqual(expected.late);
  });
  expect(removed).toBeGreaterThan(numRuns / 2);
});

test('each event of a partition added later counts in a window or is listed as having missed it', () => {
  let belowRetention = 0;
  forAll(fc.record({ stream: disordered, steps: steps('batch', 'tiles', 'raw') }), ({ stream, steps }) => {
    const { store } = new RetainedStream(stream, engineFor(stream)).run(steps);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(rowsLessMissed(stream, store));
    const expected = oracle(stream.records, stream.options);
    if (lateRows(store.late).length > expected.late.length) belowRetention += 1;
  });
  expect(belowRetention).toBeGreaterThan(0);
});

/**
 * Every window's row by brute force, from all raw events in the window except those that are listed as having
 * missed it.
 */
function rowsLessMissed(stream: Stream, store: RetainedStream['store']): Map<string, unknown> {
  const missed = new Map(
    lateRows(store.late).map(({ kafka_partition, kafka_offset, missed }) => [
      `${kafka_partition}/${kafka_offset}`,
      missed,
    ]),
  );
  const inWindow = new Map<string, { end: bigint; events: AcceptedEvent[] }>();
  for (const event of rawRows(stream, store.raw) as unknown as AcceptedEvent[]) {
    for (const end of windowEndsAround(event.event_ts, stream.options)) {
      const [first, last] = missed.get(`${event.kafka_partition}/${event.kafka_offset}`) ?? [end + 1n, end];
      if (first <= end && end <= last) continue;
      const key = windowKey(event.user_id, end);
      inWindow.set(key, { end, events: [...(inWindow.get(key)?.events ?? []), event] });
    }
  }
  const rows = new Map<string, unknown>();
  const { slide, tail } = stream.options;
  for (const { end: of, events } of inWindow.values()) {
    const { user_id } = events[0]!;
    const eventsAt = (end: bigint) => inWindow.get(windowKey(user_id, end))?.events ?? [];
    for (const end of tail === undefined ? [of] : [of, of + slide]) {
      if (tail !== undefined && areSame(eventsAt(end), eventsAt(end - slide))) continue;
      rows.set(windowKey(user_id, end), windowRow(user_id, end, eventsAt(end), stream.options));
    }
  }
  return rows;
}
