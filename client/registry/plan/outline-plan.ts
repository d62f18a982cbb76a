import { readLineageFacts } from '../../../db/lineage/lineage-facts.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { LineageGraph } from '../../../domain/lineage/graph.ts';
import { lineageGraph } from '../../../domain/lineage/lineage-graph.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { Connections } from '../../shared/connections.ts';
import { readAliases } from '../dependents.ts';
import { type Change, type Existing, describeDefinition } from '../plan.ts';
import { removalOf } from '../remove/subject.ts';
import type { ApplyPlan, GoneDefinition, PlannedChange } from './apply-plan.ts';
import { decisionsOf } from './decisions.ts';
import { recomputationOf } from './recomputation.ts';
import { NOTHING_TOUCHED, type UseFacts, touchedBy } from './touched.ts';

/** What the changes mean for what is there: what is computed again, what is touched, what somebody must decide. */
export async function outlinePlan(
  connections: Connections,
  wanted: DefinitionSet,
  existing: Existing,
  changes: readonly Change[],
): Promise<ApplyPlan> {
  const pool = await connections.pool();
  const { facts, notes } = await readFacts(connections, pool);
  const planned: PlannedChange[] = [];
  const uses = { facts, graph: lineageGraph(facts) };
  for (const change of changes) planned.push(await plannedChange(pool, change, existing, uses));
  const gone = goneFrom(wanted, existing);
  return { changes: planned, gone, decisions: decisionsOf(planned, gone), notes };
}

/** Without MLflow, nobody knows the aliases; endpoints and newest versions are known all the same. */
async function readFacts(
  connections: Connections,
  pool: Pool,
): Promise<{ readonly facts: UseFacts; readonly notes: string[] }> {
  const facts = await readLineageFacts(pool);
  try {
    return { facts: { ...facts, aliases: await readAliases(connections, facts.models) }, notes: [] };
  } catch (error) {
    if (!(error instanceof AsofError) || error.kind !== 'unavailable') throw error;
    return { facts: { ...facts, aliases: [] }, notes: [`aliases of models are not known: ${error.message}`] };
  }
}

async function plannedChange(
  pool: Pool,
  change: Change,
  existing: Existing,
  { facts, graph }: { readonly facts: UseFacts; readonly graph: LineageGraph },
): Promise<PlannedChange> {
  const { action, what, definition, topic, options, refused } = change;
  return {
    action,
    kind: definition?.kind ?? 'topic',
    name: definition?.name ?? topic!.name,
    what,
    options,
    refused: refused ? String(refused.details['why']) : null,
    recomputed: (await recomputationOf(pool, change, existing)) ?? null,
    touches: action === 'change' ? touchedBy(graph, facts, definition!, options) : NOTHING_TOUCHED,
    comparison: null,
  };
}

function goneFrom(wanted: DefinitionSet, existing: Existing): GoneDefinition[] {
  return existing.registered.definitions
    .filter(({ kind, name }) => wanted.find(kind, name) === undefined)
    .map((definition) => {
      const { kind, name } = definition;
      const what = describeDefinition(definition, existing);
      return { kind, name, what, remove: removalOf({ kind, name }) };
    });
}
