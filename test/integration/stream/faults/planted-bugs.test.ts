import { expect, test } from 'vitest';
import { EXAMPLE } from '../../../oracle/log.ts';
import type { StreamDifferences } from '../../../support/expectations/stream-differences.ts';
import { runWithFaults } from '../../../support/faults/faulted-run.ts';
import type { Doom } from '../../../support/faults/kill-points.ts';
import type { PlantedBug } from '../../../support/faults/planted-bugs.ts';

test('the ledger and the oracle find offsets that were committed without their rows', async () => {
  const { ledger, rows } = await found('offsets-before-rows', [{ point: 'after cursors', nth: 6 }]);
  expect(ledger.join('\n')).toMatch(/^(gap|cursor), partition/m);
  expect(rows.join('\n')).toMatch(/^raw \d+: expected/m);
  expect(rows.join('\n')).toMatch(/^missing: |^expected /m);
});

test('the oracle finds lost updates of workers that lock no entities', async () => {
  const longEnoughToMeet: Doom = { point: 'committed', nth: 80 };
  const { ledger, rows } = await found('lost-update', [longEnoughToMeet]);
  expect(ledger).toEqual([]);
  expect(rows.join('\n')).toMatch(/^expected /m);
});

/** The differences of a stream whose only worker has `bug` and dies by `dooms`. */
async function found(bug: PlantedBug, dooms: readonly Doom[]): Promise<StreamDifferences> {
  const { differences } = await runWithFaults({
    seed: 3,
    users: 3,
    rules: EXAMPLE,
    workers: 1,
    dooms,
    restarts: [],
    bug,
    source: { topicPartitions: 4, late: 'keep' },
    input: { shards: 4, maxRecords: 5, trigger: '1 second' },
  });
  return differences;
}
