import { expect, test } from 'vitest';
import { EXAMPLE } from '../../../oracle/log.ts';
import { runWithFaults } from '../../../support/faults/faulted-run.ts';

test('the ledger and the oracle find offsets that were committed without their rows', async () => {
  const { differences } = await runWithFaults({
    seed: 3,
    users: 3,
    rules: EXAMPLE,
    workers: 1,
    dooms: [{ point: 'after cursors', nth: 6 }],
    restarts: [],
    bug: 'offsets-before-rows',
    source: { topicPartitions: 4, late: 'keep' },
    input: { shards: 4, maxRecords: 5, trigger: '1 second' },
  });
  const { ledger, rows } = differences;
  expect(ledger.join('\n')).toMatch(/^(gap|cursor), partition/m);
  expect(rows.join('\n')).toMatch(/^raw \d+: expected/m);
  expect(rows.join('\n')).toMatch(/^missing: |^expected /m);
});
