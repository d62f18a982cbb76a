import { type Random, randomFor } from '../../../simulator/random.ts';
import { EXAMPLE, type OracleOptions } from '../../oracle/log.ts';
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { LifeBug } from '../faults/planted-bugs.ts';
import type { StrikeName } from './strikes.ts';

/** The parts of a project's life, in their order. */
export const lifeSteps = ['stream', 'batch', 'build', 'train', 'grow', 'publish', 'serve'] as const;
export type LifeStep = (typeof lifeSteps)[number];

/** A fault, and how long after the beginning of a step it strikes. */
export interface Strike {
  readonly step: LifeStep;
  readonly what: StrikeName;
  readonly afterMs: number;
}

/** A project's life, and the faults that strike in it. */
export interface LifePlan {
  /** The same seed gives the same events, apart from their times, which end near now. */
  readonly seed: number;
  readonly users: number;
  readonly source: Pick<FaultPlan['source'], 'topicPartitions' | 'late'>;
  readonly input: FaultPlan['input'];
  /** The options of the oracle that judges the outcome. */
  readonly rules: OracleOptions;
  readonly strikes: readonly Strike[];
  readonly bug?: LifeBug | undefined;
}

/** The faults that can hurt a step. The first of each list take turns, from round to round. */
const CAN_STRIKE: Readonly<Record<LifeStep, readonly StrikeName[]>> = {
  stream: ['postgres killed', 'disk full', 'kafka killed', 'worker paused'],
  batch: ['disk full', 'postgres killed', 'temporal killed', 'connections cut', 'worker killed'],
  build: ['worker killed', 'connections cut', 'worker stopped', 'postgres killed', 'worker paused'],
  train: ['mlflow killed', 'trainer killed', 'worker killed', 'temporal killed', 'worker stopped'],
  grow: [
    'worker killed',
    'connections cut',
    'worker stopped',
    'disk full',
    'temporal killed',
    'kafka killed',
  ],
  publish: ['redis killed', 'worker killed', 'connections cut', 'worker paused', 'postgres killed'],
  serve: ['redis killed', 'server killed', 'connections cut', 'server stopped', 'mlflow killed'],
};

/** Plans a life with `count` faults (at most one for each step), from the arguments alone. `round` counts from 1. */
export function planLife(seed: number, round: number, count: number = lifeSteps.length): LifePlan {
  const random = randomFor(seed, `life ${round}`);
  const late = random.pick(['keep', 'correct'] as const);
  const struck = chosen(random, count);
  const strikes = lifeSteps.map((step) => {
    const kinds = CAN_STRIKE[step];
    return { step, what: kinds[(round - 1) % kinds.length]!, afterMs: random.whole(0, 2_500) };
  });
  return {
    seed: random.whole(0, 1_000_000),
    users: random.pick([6, 10, 16]),
    source: { topicPartitions: random.whole(1, 4), late },
    input: {
      shards: random.whole(1, 3),
      maxRecords: random.pick([20, 60, 200]),
      trigger: random.pick(['0 seconds', '200 milliseconds', '1 second']),
    },
    rules: { ...EXAMPLE, ...(late === 'correct' && { merged: () => true }) },
    strikes: strikes.filter(({ step }) => struck.has(step)),
  };
}

function chosen(random: Random, count: number): Set<LifeStep> {
  const left: LifeStep[] = [...lifeSteps];
  const struck = new Set<LifeStep>();
  while (struck.size < count && left.length > 0)
    struck.add(left.splice(random.whole(0, left.length - 1), 1)[0]!);
  return struck;
}
