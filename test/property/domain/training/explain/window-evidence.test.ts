import { expect, test } from 'vitest';
import type { FeatureValue } from '../../../../../domain/aggregation/aggregator.ts';
import {
  type WindowEvent,
  evidenceFrom,
  windowEvidence,
} from '../../../../../domain/training/explain/window-evidence.ts';
import type { EntityKey } from '../../../../../domain/windows/stream-table.ts';
import { oracle } from '../../../../oracle/oracle.ts';
import { ACTIVITY, engineFor, foldAll } from '../../../support/engine.ts';
import { forAll, numRuns } from '../../../support/for-all.ts';
import { repeatingStreams } from '../../../support/random-stream.ts';

test('the events of a window give its row again, and those that count are those that the oracle counts', () => {
  let seen = 0;
  forAll(repeatingStreams({ disorder: 120 }), (stream) => {
    const table = engineFor(stream).tables.find(({ definition }) => definition.name === ACTIVITY)!;
    const { raw } = foldAll(stream);
    const { windows } = oracle(stream.records, stream.options);
    for (const row of windows.values()) {
      const key: EntityKey = [row.user_id];
      const end = row.feature_ts;
      const from = evidenceFrom(table, end)!;
      const ofWindow = raw.filter(({ event }) => {
        return table.keyOf(event)?.[0] === key[0] && event.eventTs >= from && event.eventTs < end;
      });
      const events = ofWindow.map((event): WindowEvent => ({ ...event, stored: 1n, merged: null }));
      const values = table.definition.features.map(
        ({ name }) => row[name as keyof typeof row] as FeatureValue,
      );
      const evidence = windowEvidence(table, { key, end, written: 1n, values }, events);
      expect(evidence.values).toEqual(values);
      expect(evidence.recomputes).toBe(true);
      const counted = evidence.events.filter(({ fate }) => fate === 'counted');
      expect(counted.length).toBe(row.event_count_1h);
      const purchases = counted.filter(({ brings }) => brings.has('purchase_count_1h'));
      expect(purchases.length).toBe(row.purchase_count_1h);
      seen += 1;
    }
  });
  expect(seen).toBeGreaterThan(numRuns);
});
