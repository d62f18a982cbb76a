import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { killServer, stackUp } from '../../../stack/index.ts';
import { eventually } from '../expectations/eventually.ts';
import { type StreamDifferences, streamDifferences } from '../expectations/stream-differences.ts';
import { type Project, withProject } from '../projects/project.ts';
import { Crew } from './crew.ts';
import type { FaultPlan } from './fault-plan.ts';
import { GrowingLog } from './growing-log.ts';
import type { KillPoint } from './kill-points.ts';

export interface FaultedRun {
  /** The number of worker deaths at each point. */
  readonly deaths: ReadonlyMap<KillPoint, number>;
  readonly records: number;
  readonly differences: StreamDifferences;
}

const KILLS_MS = 240_000;
const DRAIN_MS = 240_000;

/**
 * Runs a stream on a project of its own through the faults of the plan, drains it, and compares what it wrote
 * with the oracle.
 */
export async function runWithFaults(
  plan: FaultPlan,
  signal: AbortSignal = new AbortController().signal,
): Promise<FaultedRun> {
  return withProject({ source: plan.source }, async (project) => {
    const log = new GrowingLog(project, plan);
    const { environment } = project;
    const crew = new Crew({ environment, size: plan.workers, dooms: plan.dooms, bug: plan.bug });
    try {
      await log.grow();
      await withStream(project, plan, async (stream) => {
        await goThrough(plan, crew, log, signal);
        await drain(stream, signal);
      });
    } finally {
      await crew.dismiss();
    }
    const differences = await streamDifferences(project, { options: plan.rules });
    return { deaths: crew.deaths, records: log.sent, differences };
  });
}

/** Runs `work` beside the stream's workflow; terminates the workflow if `work` fails. */
async function withStream(
  project: Project,
  { input }: FaultPlan,
  work: (stream: WorkflowHandle) => Promise<void>,
): Promise<void> {
  const { source } = project;
  await project.withTemporal(async ({ client, taskQueue }) => {
    const stream = await client.workflow.start('streamFeatures', {
      workflowId: streamWorkflowId(source),
      taskQueue,
      args: [{ source, from: 'earliest', ...input }],
    });
    try {
      await work(stream);
    } catch (error) {
      await stream.terminate('its faulted run failed');
      throw error;
    }
  });
}

async function goThrough(
  { dooms, restarts }: FaultPlan,
  crew: Crew,
  log: GrowingLog,
  signal: AbortSignal,
): Promise<void> {
  /**
   * Waits for `count` kills. The log grows whenever all of it is read, because an idle worker does not die.
   */
  const kills = (count: number): Promise<boolean> =>
    eventually(
      `${count} kills`,
      async () => {
        signal.throwIfAborted();
        if (crew.kills >= count) return true;
        if (await log.isRead()) await log.grow();
        return false;
      },
      KILLS_MS,
    );
  for (const { server, afterKills } of restarts) {
    await kills(afterKills);
    await log.grow();
    await killServer(server);
    await stackUp({ progress: () => {}, servers: [server] });
  }
  await kills(dooms.length);
}

async function drain(stream: WorkflowHandle, signal: AbortSignal): Promise<void> {
  await stream.signal('drain');
  const drained = stream.result().then(() => true);
  const isDrained = async (): Promise<boolean> => {
    signal.throwIfAborted();
    return Promise.race([drained, delay(500, false)]);
  };
  await eventually('the stream to drain', isDrained, DRAIN_MS);
}
