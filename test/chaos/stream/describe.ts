import type { FaultPlan } from '../../support/faults/fault-plan.ts';
import type { FinishedRound } from './finished-round.ts';

/** Describes the plan of a round in one line. */
export function describePlan({ users, source, input, dooms, restarts, bug }: FaultPlan): string {
  const { topicPartitions, late, deduplicate } = source;
  return [
    `${topicPartitions} partitions, ${input.shards} shards, maxRecords ${input.maxRecords}, trigger ${input.trigger}`,
    `${users} users`,
    `late ${late}${deduplicate ? ', deduplicated' : ''}`,
    `${dooms.length} kills`,
    ...restarts.map(({ server, afterKills }) => `${server} after ${afterKills}`),
    ...(bug ? [`planted ${bug}`] : []),
  ].join('; ');
}

/** Describes the outcome of a round in one line. */
export function describeRun({ plan, run, seconds }: FinishedRound): string {
  const { ledger, rows } = run.differences;
  const deaths = [...run.deaths].map(([point, count]) => `${count} ${point}`);
  return [
    `died ${deaths.join(', ')}`,
    ...plan.restarts.map(({ server }) => `${server} killed and started`),
    `${run.records} records in ${seconds.toFixed(1)} s`,
    ledger.length + rows.length === 0 ? 'equal' : `${ledger.length + rows.length} differences`,
  ].join('; ');
}
