import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  FailedFill,
  PartitionTarget,
  ShardTask,
  StreamFeaturesInput,
  StreamPlan,
  StreamSettings,
  StreamStatus,
} from '../../schemas/workflows/stream-features.ts';
import { keepUp } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { LoopControl } from '../shared/loop-control.ts';
import { FieldFill } from './field-fill.ts';
import { FIRST_RUN, type StreamContinuation, StreamProgress } from './stream-progress.ts';
import { NONE_FAILED, TableFills } from './table-fills.ts';

const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 30_000;

const { openStream, planStream, findUnfilled, findUnfilledFields, readShard } = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  // A dead worker holds up the stream for this time. Activities report progress every second or two, even on
  // a busy machine.
  heartbeatTimeout: '5 seconds',
  retry: keepUp,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // Eager dispatch would give all shards to the worker that ran the workflow task.
  allowEagerDispatch: false,
});

/**
 * Reads one event source in micro-batches. At every trigger, the workflow fixes the head of each partition
 * and reads up to it, shard by shard; each micro-batch is one transaction. The cursors are in the database,
 * and the workflow holds no state that it could not read again, so any worker can go on at any moment.
 *
 * @param continuation the state that the previous run of the same workflow hands over. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_SOURCE_UNKNOWN`, `ASOF_TOPIC_MISSING`,
 * `ASOF_TOPIC_RECREATED`, `ASOF_DATA_LOSS`; until caught up, `ASOF_BACKFILL_FAILED`, `ASOF_FIELD_FILL_FAILED`.
 */
export async function streamFeatures(
  input: StreamFeaturesInput,
  continuation: StreamContinuation = FIRST_RUN,
): Promise<StreamStatus> {
  const progress = new StreamProgress(continuation);
  const control = new LoopControl(continuation);

  progress.show('starting');
  const settings = await openStream(input);
  const fills = new TableFills(settings, continuation.failedFills ?? NONE_FAILED, (failed) =>
    progress.showFailed(failed),
  );
  const fieldFill = new FieldFill(settings, (failed) => progress.showFailedFields(failed));
  progress.open(settings);
  for (;;) {
    await control.untilResumed(() => progress.show('paused'));
    const startedAt = Date.now();
    const isLast = control.draining || settings.untilCaughtUp;
    control.woken = false;
    const plan = await planStream(settings);
    progress.plan(plan.targets);
    await fieldFill.start(plan);
    await fills.start(plan);
    if (settings.triggerMs > 0 || isLast) await readToTargets(settings, progress, control);
    else await followHeads(settings, progress, control);
    if (isLast && progress.behind.length === 0) {
      const lacksFields = (plan.fields ?? []).length > 0;
      if (settings.untilCaughtUp && lacksFields) await untilFieldsFilled(settings, plan, progress, fieldFill);
      if (settings.untilCaughtUp && (lacksFields || plan.unfilled.length > 0))
        await untilFilled(settings, plan, progress, fills);
      break;
    }
    if (shouldContinueAsNew(settings.maxHistoryEvents)) {
      await condition(allHandlersFinished);
      const { paused, draining } = control;
      await continueAsNew<typeof streamFeatures>(input, {
        ...progress.continuation,
        failedFills: fills.failed,
        paused,
        draining,
      });
    }
    if (control.paused || isLast) continue;
    const dueAt = startedAt + settings.triggerMs;
    await control.untilDue(dueAt, (due) => progress.waitUntil(due), 'micro-batch');
  }
  progress.show('done');
  return progress.status;
}

async function readToTargets(
  settings: StreamSettings,
  progress: StreamProgress,
  control: LoopControl,
): Promise<void> {
  while (progress.behind.length > 0 && !control.paused && !shouldContinueAsNew(settings.maxHistoryEvents)) {
    progress.show(control.draining ? 'draining' : 'reading');
    await readShards({ settings, targets: progress.behind, follow: false }, progress, control);
  }
}

/** Follows the heads until it is time to plan again, since partitions may have been added. */
async function followHeads(
  settings: StreamSettings,
  progress: StreamProgress,
  control: LoopControl,
): Promise<void> {
  progress.show('following');
  await readShards({ settings, targets: progress.partitions, follow: true }, progress, control);
}

/** Reads the partitions of the task, divided into shards, until each shard reports. */
async function readShards(task: ShardTask, progress: StreamProgress, control: LoopControl): Promise<void> {
  const shards = shardsOf(task.targets, task.settings.shards);
  await control.reading(
    shards.map((targets) => async () => {
      const maxRecords = progress.maxRecordsOf(targets, task.settings.maxRecords);
      const shard = { ...task, targets, maxRecords };
      const options = { summary: summarize(shard) };
      progress.advance(await readShard.executeWithOptions(options, [shard]));
    }),
  );
}

async function untilFieldsFilled(
  settings: StreamSettings,
  { revision }: StreamPlan,
  progress: StreamProgress,
  fill: FieldFill,
): Promise<void> {
  progress.show('filling');
  await untilNoneLeft({
    find: () => findUnfilledFields(settings),
    async fill(fields) {
      await fill.start({ fields, revision });
      await condition(() => fill.ended);
      if (fill.failed !== undefined)
        throw ApplicationFailure.nonRetryable(
          `the source is read to the head, but the fill of ${fields.join(', ')} failed: ${fill.failed}`,
          'ASOF_FIELD_FILL_FAILED',
        );
    },
    pausing: 'until fields that were added later are filled',
  });
}

async function untilFilled(
  settings: StreamSettings,
  { revision }: StreamPlan,
  progress: StreamProgress,
  fills: TableFills,
): Promise<void> {
  progress.show('filling');
  await untilNoneLeft({
    find: () => findUnfilled(settings),
    async fill(unfilled) {
      await fills.start({ unfilled, revision });
      await condition(() => fills.ended);
      const [failed] = fills.failed.fills;
      if (failed) throw fillFailed(failed);
    },
    pausing: 'until tables that joined later are filled',
  });
}

/** What fills find that is left to fill, and how they fill it. */
interface Filling {
  readonly find: () => Promise<string[]>;
  readonly fill: (left: string[]) => Promise<void>;
  /** What a pause waits for, in words. */
  readonly pausing: string;
}

/** Fills until nothing is left. Where something is, another workflow fills it: the pauses become longer. */
async function untilNoneLeft({ find, fill, pausing }: Filling): Promise<void> {
  let left = await find();
  for (let pause = FIRST_POLL_MS; left.length > 0; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    await fill(left);
    left = await find();
    if (left.length > 0) await sleep(pause, { summary: pausing });
  }
}

function fillFailed({ table, reason }: FailedFill): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the source is read to the head, but the fill of features.${table} failed: ${reason}`,
    'ASOF_BACKFILL_FAILED',
  );
}

/** Distributes the partitions over at most `count` shards. */
function shardsOf(targets: readonly PartitionTarget[], count: number): PartitionTarget[][] {
  const shards: PartitionTarget[][] = Array.from({ length: Math.min(count, targets.length) }, () => []);
  targets.forEach((target, index) => shards[index % shards.length]!.push(target));
  return shards;
}

function summarize({ targets, follow }: ShardTask): string {
  const records = targets.reduce((total, { next, head }) => total + Number(BigInt(head) - BigInt(next)), 0);
  const what = follow ? 'the head' : `${records} records`;
  return workflowSummary(`${what} of partitions ${targets.map(({ partition }) => partition).join(', ')}`);
}
