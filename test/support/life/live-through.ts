import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis } from '../../../adapters/redis/client.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import type { Progress } from '../../../stack/progress.ts';
import { Crew } from '../faults/crew.ts';
import { applyExample } from '../projects/churn-project.ts';
import { type Project, withProject } from '../projects/project.ts';
import { freePorts } from '../servers/own-broker.ts';
import { dismissAll } from './leftovers.ts';
import { type LifePlan, type LifeStep, lifeSteps } from './life-plan.ts';
import type { Life } from './life.ts';
import { openShop } from './shop.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';
import { batchStep } from './steps/batch.ts';
import { publishStep, serveStep } from './steps/online.ts';
import type { LivedStep } from './steps/step.ts';
import { growStep, streamStep } from './steps/stream.ts';
import { buildStep, trainStep } from './steps/training.ts';
import { type StrikeName, strike } from './strikes.ts';

const STEPS: Readonly<Record<LifeStep, LivedStep>> = {
  stream: streamStep,
  batch: batchStep,
  build: buildStep,
  train: trainStep,
  grow: growStep,
  publish: publishStep,
  serve: serveStep,
};

/** A Redis database that no test uses. */
const REDIS_DATABASE = 11;
/** Which processes a bug is planted in. */
const ROLE_OF = { 'batch-without-rows': 'worker', 'open-windows': 'serve' } as const;
const WORKERS = 2;
const TREES = 60;

export interface LivedLife {
  readonly struck: readonly StrikeName[];
  /** What differs from what it must be, and what was left behind. Empty in a correct system. */
  readonly found: readonly string[];
}

/** Leads a project of its own through its whole life while the faults of the plan strike. */
export async function liveThrough(
  plan: LifePlan,
  progress: Progress,
  signal: AbortSignal = new AbortController().signal,
): Promise<LivedLife> {
  const disk = await smallDisk(stackEnvironment().DATABASE_URL!);
  if (!disk) progress('no disk is filled up: only root can mount a small one');
  const folder = mkdtempSync(join(tmpdir(), 'asof-life-'));
  const overrides = {
    source: plan.source,
    redisDatabase: REDIS_DATABASE,
    ...(disk && { tablespace: disk.tablespace }),
  };
  try {
    return await withProject(overrides, (project) => live(plan, { project, folder, disk, progress, signal }));
  } finally {
    await disk?.remove();
    rmSync(folder, { recursive: true });
  }
}

interface Surroundings {
  readonly project: Project;
  readonly folder: string;
  readonly disk: SmallDisk | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function live(plan: LifePlan, surroundings: Surroundings): Promise<LivedLife> {
  const life = await begin(plan, surroundings);
  const struck: StrikeName[] = [];
  const found: string[] = [];
  try {
    for (const step of lifeSteps) {
      const strikes = plan.strikes.filter((one) => one.step === step).map(({ what }) => what);
      const startedAt = performance.now();
      await beside(life, step);
      found.push(...(await STEPS[step].check(life)).map((line) => `${step}: ${line}`));
      struck.push(...strikes);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      surroundings.progress([step, ...strikes, `${seconds} s`].join('; '));
      if (found.length > 0) break;
    }
  } finally {
    found.push(...(await dismissAll(life)));
  }
  return { struck, found };
}

async function begin(plan: LifePlan, { project, folder, disk, signal }: Surroundings): Promise<Life> {
  const shop = openShop(plan, Date.now());
  const model = `life_${project.source.slice(-8)}`;
  await applyExample(project, model, { trees: TREES });
  await project.asof.writeTable('users', shop.users);
  await project.asof.writeTable('products', shop.products);
  await emptyRedis(project);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const [port] = await freePorts(1);
  const servingUrl = `http://127.0.0.1:${port}`;
  const environment = { ...project.environment, TMPDIR: temporary, ASOF_SERVING_URL: servingUrl };
  const bugOf = (role: 'worker' | 'serve') => (plan.bug && ROLE_OF[plan.bug] === role ? plan.bug : undefined);
  return {
    plan,
    project: { ...project, environment },
    shop,
    model,
    folder,
    servingUrl,
    disk,
    signal,
    made: {},
    workers: new Crew({ environment, size: WORKERS, trains: true, bug: bugOf('worker') }),
    servers: new Crew({ environment, size: 1, role: 'serve', bug: bugOf('serve') }),
  };
}

async function emptyRedis({ settings }: Project): Promise<void> {
  const redis = await connectRedis(settings.redisUrl);
  await redis.flushdb();
  redis.disconnect();
}

/** Does the work of a step while its faults strike. */
async function beside(life: Life, step: LifeStep): Promise<void> {
  const strikes = life.plan.strikes.filter((one) => one.step === step);
  const striking = strikes.map(async ({ what, afterMs }) => {
    await delay(afterMs);
    await strike(what, life);
  });
  await Promise.all([STEPS[step].live(life), ...striking]);
}
