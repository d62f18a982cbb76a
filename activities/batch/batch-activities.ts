import { cancellationSignal } from '@temporalio/activity';
import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { timesUpToDate } from '../../db/batch/batch-runs.ts';
import { commitBatch } from '../../db/batch/commit-batch.ts';
import { requireFieldsFilled } from '../../db/batch/complete-fields.ts';
import { loadBatch } from '../../db/batch/load-batch.ts';
import type { Pool } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { parseDuration, toMillis } from '../../domain/time/duration.ts';
import { formatInstant } from '../../domain/time/instant.ts';
import type {
  BatchSettings,
  BatchStart,
  BatchTask,
  ComputeBatchFeaturesInput,
  StreamWait,
  TaskReceipt,
  TimeFailures,
} from '../../schemas/workflows/compute-batch-features.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';
import { pastTime } from '../shared/past-time.ts';
import { reportProgress } from '../shared/progress.ts';
import { type DueTimes, addFailure, dueTimes } from './due-times.ts';
import { MAX_TIMES, logicalTimes } from './logical-times.ts';
import { partitionsBehind } from './partitions-behind.ts';

export interface BatchDependencies {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
}

/** How long an activity computes logical times before it reports to its workflow, in ms. */
const REPORT_EVERY_MS = 5_000;

export function createBatchActivities({ pool, kafka }: BatchDependencies) {
  return {
    /**
     * Checks the input of the workflow against its schema and the registry, and lists the logical times: those
     * of the input, or those that the schedule has left.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN` (not retried).
     */
    async openBatch(input: ComputeBatchFeaturesInput, start: BatchStart): Promise<BatchSettings> {
      const parsed = parseInput('computeBatchFeatures', input);
      const batch = await loadBatch(pool, parsed.table);
      const { table, source } = batch;
      const what = {
        table: table.name,
        source: source.name,
        topic: source.topic,
        settledAfterMs: toMillis(parseDuration(source.allowedLateness)!) + 1,
      };
      const { at, from, to, again } = parsed;
      if (start.scheduled && at === undefined && from === undefined)
        return { ...what, ...scheduledRun(await dueTimes(pool, batch, start), start) };
      const times = logicalTimes(table, parsed, start).map(formatInstant);
      // A single logical time is computed even if its inputs have not changed.
      return from !== undefined && to !== undefined
        ? { ...what, times, range: { from, to }, again, schedule: null }
        : { ...what, times, range: null, again: true, schedule: null };
    },

    /** Finds the partitions that the stream must still read to pass the last logical time, and how far. */
    async findBehind(wait: StreamWait): Promise<PartitionTarget[]> {
      return partitionsBehind(pool, kafka, wait);
    },

    /**
     * Computes the logical times of a task, each in one transaction, until all are done or it is time to
     * report.
     *
     * @throws AsofError `ASOF_INPUT_INVALID` for a time in the future, of which no row is known;
     * `ASOF_FIELDS_NOT_FILLED` (unavailable).
     */
    async computeBatch({ table, times, again, goOn }: BatchTask): Promise<TaskReceipt> {
      const signal = cancellationSignal();
      const instants = times.map((time) => pastTime(time));
      const batch = await loadBatch(pool, table);
      await requireFieldsFilled(pool, batch);
      const upToDate = again ? new Set() : await timesUpToDate(pool, batch, instants);
      const reportAt = Date.now() + REPORT_EVERY_MS;
      const receipt = { computed: 0, skipped: 0, rows: 0, changed: 0 };
      let failed: TimeFailures | null = null;
      for (const at of instants) {
        signal.throwIfAborted();
        if (upToDate.has(at)) {
          receipt.skipped += 1;
          continue;
        }
        if (Date.now() >= reportAt) break;
        reportProgress({ table, ...receipt, at: formatInstant(at) });
        try {
          const { rows, changed } = await commitBatch(pool, batch, at, (day, left) =>
            reportProgress({ table, ...receipt, at: formatInstant(at), tilesFrom: formatInstant(day), left }),
          );
          receipt.computed += 1;
          receipt.rows += rows;
          receipt.changed += changed;
        } catch (error) {
          if (!goOn || !(error instanceof AsofError && error.kind === 'input')) throw error;
          failed = addFailure(failed, at, error);
        }
      }
      return { ...receipt, failed };
    },
  };
}

/** The settings of a scheduled run. Times beyond those that one run takes are left to the next. */
function scheduledRun(
  { times: due, lost }: DueTimes,
  { startedFor }: BatchStart,
): Pick<BatchSettings, 'times' | 'range' | 'again' | 'schedule'> {
  const times = due.slice(0, MAX_TIMES).map(formatInstant);
  const isOne = times.length === 1;
  return {
    times,
    range: isOne ? null : { from: times[0] ?? startedFor, to: times.at(-1) ?? startedFor },
    again: isOne,
    schedule: { more: due.length > times.length, lost },
  };
}
