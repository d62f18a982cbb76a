import { cancellationSignal } from '@temporalio/activity';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { retentionTasks } from '../../domain/retention/retention.ts';
import { formatInstant, parseInstant } from '../../domain/time/instant.ts';
import type {
  ApplyRetentionInput,
  RetentionReceipt,
  RetentionSettings,
  RetentionStep,
} from '../../schemas/workflows/apply-retention.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { pastTime } from '../shared/past-time.ts';
import { reportProgress } from '../shared/progress.ts';
import { planRemoval } from './plan-removal.ts';

export interface RetentionDependencies {
  readonly pool: Pool;
}

/** How long an activity removes rows before it reports to its workflow, in ms. */
const REPORT_EVERY_MS = 5_000;

export function createRetentionActivities({ pool }: RetentionDependencies) {
  return {
    /**
     * Checks the input of the workflow, and lists what the definitions limit.
     *
     * @param startedFor RFC 3339: the schedule's own time, or the time of a start by hand.
     * @throws AsofError `ASOF_INPUT_INVALID` (not retried).
     */
    async openRetention(
      input: ApplyRetentionInput | undefined,
      startedFor: string,
    ): Promise<RetentionSettings> {
      const { dryRun, at } = parseInput('applyRetention', input);
      if (at !== undefined && parseInstant(at)! > parseInstant(startedFor)!) {
        throw new AsofError(
          'ASOF_INPUT_INVALID',
          `the input of applyRetention is not valid: at: ${at} is in the future; expected a time before the start of the run, which is ${startedFor} by the clock of Temporal`,
        );
      }
      const tasks = retentionTasks((await loadRegistry(pool)).definitions);
      return { dryRun, at: formatInstant(parseInstant(at ?? startedFor)!), tasks };
    },

    /**
     * Removes what is too old of one thing, step by step, until none is left or it is time to report.
     *
     * @throws AsofError `ASOF_INPUT_INVALID` for a time in the future, which would remove what is not old.
     */
    async removeExpired({ task, at, dryRun }: RetentionStep): Promise<RetentionReceipt> {
      const signal = cancellationSignal();
      const asOf = pastTime(at);
      const reportAt = Date.now() + REPORT_EVERY_MS;
      let removed = 0;
      reportProgress({ ...task, removed });
      const { definitions } = await loadRegistry(pool);
      const removal = planRemoval(pool, definitions, task, asOf);
      if (!removal) return { removed, done: true, before: null, held: null };
      const before = formatInstant(removal.before);
      const obstacle = dryRun ? await removal.foresee() : await removal.begin();
      if (obstacle) return { removed, done: true, before, held: obstacle };
      if (dryRun) {
        removed = await removal.count();
        return { removed, done: true, before, held: await removal.held() };
      }
      do {
        signal.throwIfAborted();
        const step = await removal.removeSome();
        if (step === 0) {
          await removal.tidy();
          return { removed, done: true, before, held: await removal.held() };
        }
        removed += step;
        reportProgress({ ...task, removed });
      } while (Date.now() < reportAt);
      return { removed, done: false, before, held: null };
    },
  };
}
