import { writeEvents } from '../../adapters/kafka/event-writer.ts';
import { payments as source } from '../../examples/fraud/definitions/payments.ts';
import { type Simulated, simulatePayments } from '../../examples/fraud/simulator/index.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { type CpuShares, cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { MemoryWatch } from '../measure/memory.ts';
import { type AsofProject, kafkaClient, withAsofProject } from '../stream/asof/project.ts';
import { withWorkerProcesses } from '../stream/asof/workers.ts';
import { checkpoint } from '../stream/database.ts';
import { withTopic } from '../stream/topic.ts';
import { MEASURED, type MeasuredTable } from './tables.ts';

/** What is measured. */
export interface TailsShape {
  readonly cards: number;
  readonly seed: number;
  readonly rounds: number;
  /** Records of a micro-batch, at most. */
  readonly maxRecords: number;
}

/** One table made once. */
export interface TableRun {
  readonly what: string;
  readonly seconds: number;
  readonly rows: number;
  readonly memoryMiB: number;
}

/** In each round, the runs of both tables. */
export interface TailsComparison {
  readonly shape: TailsShape;
  readonly records: number;
  readonly rounds: readonly (readonly [hour: TableRun, month: TableRun])[];
  readonly cpu: CpuShares;
}

const UNTIL = Date.parse('2026-10-01T00:00:00Z');

/**
 * Measures how long one worker takes to make each of the tables of the same payments, by turns.
 *
 * @throws Error if the ledger of a run is not clean, or its rows are not as many as the payments say.
 */
export async function compareWindows(
  shape: TailsShape,
  progress: Progress,
  signal: AbortSignal,
): Promise<TailsComparison> {
  await stackUp({ progress, signal });
  const before = cpuTimes();
  const simulated = simulatePayments({ seed: shape.seed, until: UNTIL, cards: shape.cards });
  const topic = `bench-tails-${process.pid}`;
  const rounds = await withTopic(topic, async () => {
    await writeEvents(kafkaClient(), topic, simulated.records);
    const made: [TableRun, TableRun][] = [];
    for (let round = 0; round < shape.rounds; round += 1) {
      const [hour, month] = MEASURED;
      const runs: [TableRun, TableRun] = [
        await measure(topic, hour, simulated, shape.maxRecords),
        await measure(topic, month, simulated, shape.maxRecords),
      ];
      for (const { what, seconds } of runs) progress(`round ${round + 1}: ${what}: ${seconds.toFixed(1)} s`);
      made.push(runs);
    }
    return made;
  });
  return { shape, records: simulated.records.length, rounds, cpu: cpuSharesSince(before) };
}

async function measure(
  topic: string,
  { what, definition, endsOf }: MeasuredTable,
  { payments }: Simulated,
  maxRecords: number,
): Promise<TableRun> {
  const expected = new Set(
    payments.flatMap((payment) => endsOf(payment).map((end) => `${payment.card.cardId} ${end}`)),
  ).size;
  await checkpoint();
  return withAsofProject(
    topic,
    (project) =>
      withWorkerProcesses(1, project.environment, async (pids) => {
        const memory = new MemoryWatch(pids);
        const startedAt = performance.now();
        await project.asof.stream(project.source).readToHead({ from: 'earliest', maxRecords });
        const seconds = (performance.now() - startedAt) / 1000;
        const memoryMiB = memory.stop().end;
        await expectRows(project, definition.name, expected);
        return { what, seconds, rows: expected, memoryMiB };
      }),
    (name) => [
      { ...source.definition, name },
      { ...definition, source: name },
    ],
  );
}

/** Figures of rows that are wrong are worth nothing. */
async function expectRows(
  { asof, pool, source: name }: AsofProject,
  table: string,
  expected: number,
): Promise<void> {
  const check = await asof.stream(name).check();
  if (!check.clean)
    throw new Error(`the ledger is not clean: ${JSON.stringify(check.violations.slice(0, 3))}`);
  const { rows } = await pool.query<{ rows: number }>(
    `SELECT count(*)::float8 AS rows FROM features.${table}`,
  );
  if (rows[0]!.rows !== expected)
    throw new Error(`expected ${expected} rows of ${table}, found ${rows[0]!.rows}`);
}
