import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { TrainingSetReceipt } from '../../../schemas/workflows/build-training-set.ts';
import type { TrainModelResult } from '../../../schemas/workflows/train-model.ts';
import { type Oracle, oracle } from '../../oracle/oracle.ts';
import { readLog } from '../projects/log.ts';
import type { Project } from '../projects/project.ts';
import { insist } from './insist.ts';
import type { LifePlan } from './life-plan.ts';
import type { Shop } from './shop.ts';
import type { Targets } from './strikes.ts';

/** A project in the middle of its life. */
export interface Life extends Targets {
  readonly plan: LifePlan;
  readonly project: Project;
  readonly shop: Shop;
  /** The model's name, which no other life has. */
  readonly model: string;
  /** Where the files of this life are. */
  readonly folder: string;
  readonly servingUrl: string;
  readonly signal: AbortSignal;
  /** What the steps so far have made. */
  readonly made: { trainingSet?: TrainingSetReceipt; training?: TrainModelResult };
}

/** Runs a client's call until it succeeds. */
export function untilDone<Result>({ signal }: Life, work: () => Promise<Result>): Promise<Result> {
  return insist(work, { signal });
}

/** What the log must have become, by the rules alone. */
export async function expectedOf({ project, plan, signal }: Life): Promise<Oracle> {
  const log = await insist(() => readLog(project.kafka, project.source), { signal });
  return oracle(log, plan.rules);
}

/**
 * Runs a workflow once, under an id of its own, whatever becomes of the calls that start it and wait for it.
 */
export async function runOnce<Result>(life: Life, type: string, input: object): Promise<Result> {
  const workflowId = `life-${type}-${randomUUID()}`;
  const { project } = life;
  return untilDone(life, () =>
    project.withTemporal(async ({ client, taskQueue }) => {
      const { workflow } = client;
      await workflow
        .start(type, { workflowId, taskQueue, args: [input], workflowIdReusePolicy: 'REJECT_DUPLICATE' })
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        });
      return (await workflow.getHandle(workflowId).result()) as Result;
    }),
  );
}

/** The path of a file of this life. */
export function fileOf({ folder }: Life, name: string): string {
  return join(folder, name);
}
