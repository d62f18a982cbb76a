import { cancellationSignal } from '@temporalio/activity';
import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { timesUpToDate } from '../../db/batch/batch-runs.ts';
import { commitBatch } from '../../db/batch/commit-batch.ts';
import { loadBatch } from '../../db/batch/load-batch.ts';
import type { Pool } from '../../db/sql/client.ts';
import { parseDuration, toMillis } from '../../domain/time/duration.ts';
import { formatInstant, parseInstant } from '../../domain/time/instant.ts';
import type {
  BatchReceipt,
  BatchSettings,
  BatchTask,
  ComputeBatchFeaturesInput,
  StreamWait,
} from '../../schemas/workflows/compute-batch-features.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';
import { reportProgress } from '../shared/progress.ts';
import { logicalTimes } from './logical-times.ts';
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
     * Checks the input of the workflow against its schema and the registry, and lists the logical times.
     *
     * @param startedFor RFC 3339: the schedule's own time, or the time of a start by hand.
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN` (not retried).
     */
    async openBatch(input: ComputeBatchFeaturesInput, startedFor: string): Promise<BatchSettings> {
      const parsed = parseInput('computeBatchFeatures', input);
      const { table, source } = await loadBatch(pool, parsed.table);
      const times = logicalTimes(table, parsed, parseInstant(startedFor)!);
      const due = times.at(-1)! + parseDuration(source.allowedLateness)!;
      const { from, to, again } = parsed;
      return {
        table: table.name,
        source: source.name,
        topic: source.topic,
        times: times.map(formatInstant),
        // A single logical time is computed even if its inputs have not changed.
        ...(from !== undefined && to !== undefined
          ? { range: { from, to }, again }
          : { range: null, again: true }),
        dueAtMs: toMillis(due) + 1,
      };
    },

    /** Finds the partitions that the stream must still read to pass the last logical time, and how far. */
    async findBehind(wait: StreamWait): Promise<PartitionTarget[]> {
      return partitionsBehind(pool, kafka, wait);
    },

    /**
     * Computes the logical times of a task, each in one transaction, until all are done or it is time to
     * report.
     */
    async computeBatch({ table, times, again }: BatchTask): Promise<BatchReceipt> {
      const signal = cancellationSignal();
      const batch = await loadBatch(pool, table);
      const instants = times.map((time) => parseInstant(time)!);
      const upToDate = again ? new Set() : await timesUpToDate(pool, batch, instants);
      const reportAt = Date.now() + REPORT_EVERY_MS;
      const receipt = { computed: 0, skipped: 0, rows: 0, changed: 0 };
      for (const at of instants) {
        signal.throwIfAborted();
        if (upToDate.has(at)) {
          receipt.skipped += 1;
          continue;
        }
        if (Date.now() >= reportAt) break;
        reportProgress({ table, ...receipt, at: formatInstant(at) });
        const { rows, changed } = await commitBatch(pool, batch, at);
        receipt.computed += 1;
        receipt.rows += rows;
        receipt.changed += changed;
      }
      return receipt;
    },
  };
}
