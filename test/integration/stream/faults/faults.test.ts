import { expect, test } from 'vitest';
import { EXAMPLE } from '../../../oracle/log.ts';
import { runWithFaults } from '../../../support/faults/faulted-run.ts';
import { type Doom, killPoints } from '../../../support/faults/kill-points.ts';

const SEED = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
const dooms: readonly Doom[] = [
  ...killPoints.map((point) => ({ point, nth: 1 + (SEED % 2) })),
  { point: 'while reading', nth: 3 },
];

test(`ten kills of workers at named points and kills of Postgres and Kafka leave the rows of the oracle (ASOF_FAULT_SEED=${SEED})`, async () => {
  process.stderr.write(`faults: ASOF_FAULT_SEED=${SEED}\n`);
  const { deaths, differences } = await runWithFaults({
    seed: SEED,
    users: 20,
    rules: EXAMPLE,
    workers: 2,
    dooms,
    source: { topicPartitions: 4, late: 'keep' },
    input: { shards: 3, maxRecords: 20, trigger: '1 second' },
    restarts: [
      { server: 'timescaledb', afterKills: 4 },
      { server: 'kafka', afterKills: 7 },
    ],
  });
  expect(new Set(deaths.keys())).toEqual(new Set(killPoints));
  expect(differences).toEqual({ ledger: [], rows: [] });
}, 900_000);
