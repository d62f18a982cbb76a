import { expect, test } from 'vitest';
import { runEvents } from '../../../../adapters/openlineage/run-events.ts';
import { type LineageGraph, reach } from '../../../../domain/lineage/graph.ts';
import { lineageGraph } from '../../../../domain/lineage/lineage-graph.ts';
import { randomFacts } from '../../domain/lineage/random-registry.ts';
import { forAllSlow } from '../../support/for-all.ts';

const FACTS = {
  deployment: 'asof',
  postgres: { address: 'db:5432', database: 'shop' },
  kafka: 'broker:9092',
  topicOf: (source: string) => source,
  fileOf: (id: string) => ({ path: `/sets/${id}.parquet`, host: 'trainer' }),
  madeAt: () => 0n,
};

interface ColumnLineage {
  readonly fields: Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>;
  readonly dataset?: readonly InputField[];
}
interface InputField {
  readonly namespace: string;
  readonly name: string;
  readonly field: string;
}

test('the columns of a table are made of the fields that its lineage leads to, of the datasets that its run read', async () => {
  await forAllSlow(randomFacts, 100, (facts) => {
    const graph = lineageGraph(facts);
    const events = runEvents(graph, FACTS);
    expect(runEvents(graph, FACTS)).toEqual(events);
    for (const { inputs, outputs, eventType } of events) {
      if (eventType === 'START') continue;
      const [output] = outputs;
      const { fields, dataset = [] } = output!.facets.columnLineage as unknown as ColumnLineage;
      const named = [...Object.values(fields).flatMap(({ inputFields }) => inputFields), ...dataset];
      for (const { namespace, name } of named)
        expect(inputs.some((input) => input.namespace === namespace && input.name === name)).toBe(true);
      if (!output!.name.startsWith('shop.features.')) continue;
      const version = (output!.facets.version as unknown as { datasetVersion: string }).datasetVersion;
      const table = `${output!.name.slice('shop.features.'.length)}@${version}`;
      for (const [column, { inputFields }] of Object.entries(fields)) {
        const found = [...inputFields, ...dataset].map(
          ({ name, field }) => `${name.split('.').at(-1)}.${field}`,
        );
        expect([...new Set(found)].sort()).toEqual(fieldsOf(graph, `feature:${table}.${column}`));
      }
    }
    const sets = events.filter(
      ({ job, eventType }) => job.name === 'buildTrainingSet.set' && eventType === 'COMPLETE',
    );
    expect(sets.map(({ outputs }) => outputs[0]!.name)).toEqual(
      facts.sets.map(({ id }) => `/sets/${id}.parquet`),
    );
    return Promise.resolve();
  });
});

/** The fields that a feature is made of. */
function fieldsOf(graph: LineageGraph, feature: string): string[] {
  const origins = reach(graph, [feature], 'origins');
  const fields = graph.nodes.filter(
    ({ id, kind }) => origins.has(id) && (kind === 'event_field' || kind === 'reference_field'),
  );
  return fields.map(({ name }) => name).sort();
}
