import { openDeployment } from '../../../db/registry/deployment.ts';
import { migrate } from '../../../db/registry/migrate.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { Connections } from '../../shared/connections.ts';
import { planChanges } from '../plan.ts';
import type { ApplyPlan } from './apply-plan.ts';
import { type ComparisonOptions, withComparisons } from './compare/with-comparisons.ts';
import { readExisting } from './existing.ts';
import { outlinePlan } from './outline-plan.ts';

/** How to plan. */
export interface PlanOptions extends ComparisonOptions {
  /**
   * The days of rows, up to the newest event, for which changed stream tables are computed beside the registered ones.
   * 0: none are computed. Default: 7.
   */
  readonly days?: number | undefined;
}

const MOST_DAYS = 36_525;

export async function planDefinitions(
  connections: Connections,
  wanted: DefinitionSet,
  { days = 7, ...options }: PlanOptions = {},
): Promise<ApplyPlan> {
  if (!Number.isInteger(days) || days < 0 || days > MOST_DAYS)
    throw new AsofError(
      'ASOF_INPUT_INVALID',
      `days '${days}' is not valid; expected a whole number from 0 to ${MOST_DAYS}`,
      { details: { days } },
    );
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await openDeployment(pool, connections.namespace);
  const existing = await readExisting(connections, wanted);
  const plan = await outlinePlan(connections, wanted, existing, planChanges(wanted, existing));
  return days === 0 ? plan : withComparisons(connections, plan, { wanted, existing, days, options });
}
