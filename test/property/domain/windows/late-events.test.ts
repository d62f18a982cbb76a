import { expect, test } from 'vitest';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { windowEnds } from '../../../../domain/windows/window.ts';
import { MINUTE } from '../../../oracle/log.ts';
import { oracle, windowKey } from '../../../oracle/oracle.ts';
import { runAtOnce } from '../../support/batching.ts';
import { ACTIVITY, engineFor, foldAll } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { lateRows } from '../../support/oracle-shape.ts';
import { streams } from '../../support/random-stream.ts';
import { Stream } from '../../support/stream.ts';

const disordered = streams({ disorder: 120, malformed: 2 });

test('an event that is late for some windows is listed with the ends of those windows', () => {
  let late = 0;
  forAll(disordered, (stream) => {
    const expected = oracle(stream.records, stream.options).late;
    late += expected.length;
    expect(lateRows(foldAll(stream).late)).toEqual(expected);
  });
  expect(late).toBeGreaterThan(numRuns);
});

test('a late event counts only in the windows that it did not miss', () => {
  forAll(disordered, (stream) => {
    expect(activityRows(stream)).toEqual(oracle(stream.records, stream.options).windows);
  });
});

test('the windows that a late event missed are as without the event, though it shares their tiles', () => {
  let shared = 0;
  forAll(disordered, (stream) => {
    const { late } = foldAll(stream);
    const rows = activityRows(stream);
    for (const { event, key, firstMissed, lastMissed } of late) {
      const isIt = ({ partition, offset }: KafkaRecord) =>
        partition === event.partition && offset === event.offset;
      const without = activityRows(
        new Stream(
          stream.records.filter((record) => !isIt(record)),
          stream.settings,
        ),
      );
      const slide = BigInt(stream.settings.slide) * MINUTE;
      const missed = windowEnds({ slide, length: slide }, firstMissed, lastMissed).map((end) =>
        windowKey(key[0]!, end),
      );
      expect(missed.map((window) => rows.get(window))).toEqual(missed.map((window) => without.get(window)));
      if (missed.length * stream.settings.slide < stream.settings.length) shared += 1;
    }
  });
  expect(shared).toBeGreaterThan(numRuns / 2);
});

function activityRows(stream: Stream): ReadonlyMap<string, object> {
  return runAtOnce(stream, engineFor(stream)).tables.get(ACTIVITY)!.rows;
}
