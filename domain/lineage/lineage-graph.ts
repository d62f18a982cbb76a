import { addSources } from './add-sources.ts';
import { addTables } from './add-tables.ts';
import { addBuiltSets, addDefinedSets, addServing } from './add-uses.ts';
import { DefinitionVersions } from './definition-versions.ts';
import type { LineageFacts } from './facts.ts';
import { GraphDraft } from './graph-draft.ts';
import type { LineageGraph } from './graph.ts';

/** What is made of what, from the fields of events to endpoints: one graph of all definitions and what was built. */
export function lineageGraph(facts: LineageFacts): LineageGraph {
  const draft = new GraphDraft();
  const versions = new DefinitionVersions(facts.definitions);
  addSources(draft, versions);
  addTables(draft, versions);
  addDefinedSets(draft, versions);
  addBuiltSets(draft, versions, facts.sets);
  addServing(draft, versions, facts);
  return draft.graph();
}
