import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { withDuckDb } from '../../adapters/duckdb/database.ts';
import { loadSpineFile } from '../../adapters/duckdb/spine/load.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import type { TrainingSetDefinition } from '../../domain/registry/definition.ts';
import { MemoryWatch } from '../measure/memory.ts';

const EXAMPLES = `
Examples:
  npm run bench spine                         a million rows, as CSV, as CSV with quotes, and as Parquet
  npm run bench spine -- --rows 10000000`;

const DEFINITION: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'churned', split: 'split' },
  lookups: [],
};

const FORMS = {
  csv: 'FORMAT csv, HEADER',
  'csv with quotes': 'FORMAT csv, HEADER, FORCE_QUOTE *',
  parquet: 'FORMAT parquet',
} as const;

export function spineBenchmark() {
  return new Command('spine')
    .description('the time and the memory in which a spine is loaded; needs no servers')
    .option('--rows <n>', 'rows of the spine', wholeNumber, 1_000_000)
    .addHelpText('after', EXAMPLES)
    .action(async ({ rows }) => {
      const folder = await mkdtemp(join(tmpdir(), 'asof-spine-'));
      try {
        for (const form of Object.keys(FORMS) as (keyof typeof FORMS)[]) {
          progress(`${form}: ${rows} rows`);
          process.stdout.write(`${JSON.stringify({ form, rows, ...(await measure(folder, form, rows)) })}\n`);
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });
}

async function measure(folder: string, form: keyof typeof FORMS, rows: number) {
  const path = join(folder, form === 'parquet' ? 'spine.parquet' : 'spine.csv');
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  await write(scratch, path, form, rows);
  const memory = new MemoryWatch([process.pid]);
  const start = performance.now();
  const before = process.cpuUsage();
  await withDuckDb(scratch, (connection) =>
    loadSpineFile(connection, { path, scratch }, DEFINITION, () => {}),
  );
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1e3;
  const { start: mibBefore, peak } = memory.stop();
  await rm(scratch, { recursive: true });
  return { seconds, cpuSeconds: (user + system) / 1e6, mibBefore, mibAtPeak: peak };
}

/** Writes the same spine each time. */
async function write(folder: string, path: string, form: keyof typeof FORMS, rows: number): Promise<void> {
  await withDuckDb(folder, (connection) =>
    connection.run(`
      COPY (SELECT 'user_' || (hash(range) % 200000) AS user_id,
                   strftime(make_timestamp(1767225600000000 + (range * 7919 % 8000000) * 1000000), '%Y-%m-%dT%H:%M:%SZ') AS at,
                   (hash(range) % 3 = 0)::INT AS churned,
                   ['train', 'val', 'test'][(range % 3 + 1)::INT] AS split
            FROM range(${rows})) TO '${path}' (${FORMS[form]})`),
  );
}
