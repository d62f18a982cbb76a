import type { FaultPlan } from '../../support/faults/fault-plan.ts';
import type { FaultedRun } from '../../support/faults/faulted-run.ts';

/** A round that ran to its end, with or without differences. */
export interface FinishedRound {
  readonly plan: FaultPlan;
  readonly run: FaultedRun;
  readonly seconds: number;
}
