import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { buildTrainingSet } from '../../activities/training/training-set/build.ts';
import { withScratch } from '../../activities/training/training-set/scratch.ts';
import { connect } from '../../db/sql/client.ts';
import { mostResidentMiB } from '../measure/memory.ts';

/**
 * Builds the set as the activity does, in a process of its own. Prints what it took as JSON, and on standard error
 * when each step began, with the CPU seconds until then.
 */
const [url, folder, spine, out, kept] = process.argv.slice(2) as [string, string, string, string, string];
const pool = await connect(url);
await mkdir(folder, { recursive: true });
const began = performance.now();
const elapsed = (): number => (performance.now() - began) / 1_000;
const report = (step: string): void => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(`${elapsed().toFixed(2)} s, CPU ${((user + system) / 1e6).toFixed(2)} s: ${step}\n`);
};
await withScratch(folder, randomUUID(), 1, (scratch) =>
  buildTrainingSet(
    { trainingSet: 'bench', as: 'latest', spine, out, overwrite: true, allowMissing: false },
    { pool, host: 'bench', scratch, kept, report, signal: new AbortController().signal },
  ),
);
const seconds = elapsed();
report('done');
await pool.end();
process.stdout.write(`${JSON.stringify({ seconds, memoryMiB: mostResidentMiB(process.pid) })}\n`);
