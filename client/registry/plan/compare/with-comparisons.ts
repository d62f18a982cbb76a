import type { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import { sameDefinition } from '../../../../domain/registry/definition.ts';
import type { Connections } from '../../../shared/connections.ts';
import type { Existing } from '../../plan.ts';
import type { ApplyPlan, PlannedChange } from '../apply-plan.ts';
import { type ComparisonTask, compareTable } from './compare-table.ts';

/** How changed tables are compared. */
export interface ComparisonOptions {
  /** By model: the probability, or the number, from which on it says yes. Default: 0.5 for the probability of 1. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
  /** Called with what is being computed, and how far it is. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** The definitions, what exists, and for how many days tables are compared. */
export interface CompareTask {
  readonly wanted: DefinitionSet;
  readonly existing: Existing;
  readonly days: number;
  readonly options: ComparisonOptions;
}

/** A plan with each changed stream table computed beside the registered one, or a note of why it was not. */
export async function withComparisons(
  connections: Connections,
  plan: ApplyPlan,
  task: CompareTask,
): Promise<ApplyPlan> {
  const changes: PlannedChange[] = [];
  const notes = [...plan.notes];
  for (const change of plan.changes) {
    const comparable = comparisonTask(change, task);
    if (typeof comparable === 'string') notes.push(comparable);
    if (typeof comparable !== 'object') {
      changes.push(change);
      continue;
    }
    const comparison = await compareTable(connections, comparable);
    if (!comparison) notes.push(`${change.name} is not compared: its source has no events`);
    changes.push({ ...change, comparison: comparison ?? null });
  }
  return { ...plan, changes, notes };
}

/** What to compare of a change. A text says why it cannot be; undefined: there is nothing to compare. */
function comparisonTask(
  { kind, name, recomputed, touches }: PlannedChange,
  { wanted, existing, days, options: { thresholds = {}, onProgress = () => {} } }: CompareTask,
): ComparisonTask | string | undefined {
  if (recomputed === null) return undefined;
  if (kind === 'batch_table')
    return `${name} is not compared: a batch table is computed as of logical times, not from recent events alone`;
  if (kind !== 'stream_table') return undefined;
  const before = existing.registered.find('stream_table', name);
  const after = wanted.find('stream_table', name);
  if (!before || !after) return undefined;
  const isComparable =
    before.source === after.source && sameDefinition(before.primaryKeys, after.primaryKeys);
  if (!isComparable) return `${name} is not compared: its rows have other keys then`;
  return {
    before,
    after,
    wanted,
    days,
    models: touches.models.filter(({ inUse }) => inUse),
    thresholds,
    report: (entities) => onProgress(`${name}: ${entities} entities compared over ${days} days`),
  };
}
