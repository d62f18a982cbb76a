import { expect, test } from 'vitest';
import { partOf, reach } from '../../../../domain/lineage/graph.ts';
import { layersOf } from '../../../../domain/lineage/layers.ts';
import { lineageGraph } from '../../../../domain/lineage/lineage-graph.ts';
import { mermaidOf } from '../../../../domain/lineage/mermaid.ts';
import { svgOf } from '../../../../domain/lineage/svg.ts';
import { fieldsBehind } from '../../../oracle/lineage/fields-behind.ts';
import { forAll, forAllSlow } from '../../support/for-all.ts';
import { randomFacts } from './random-registry.ts';

test('from a model down are the fields of the oracle, and from a field up the models that have it below them', () => {
  forAll(randomFacts, (facts) => {
    const graph = lineageGraph(facts);
    const fields = graph.nodes.filter(({ kind }) => kind === 'event_field' || kind === 'reference_field');
    const behind = new Map(
      facts.models.map(({ name, version, trainingSetId }) => {
        const set = facts.sets.find(({ id }) => id === trainingSetId)!;
        return [`${name}/${version}`, fieldsBehind(facts.definitions, set)];
      }),
    );
    for (const [model, expected] of behind) {
      const below = reach(graph, [`model_version:${model}`], 'origins');
      expect(
        fields
          .filter(({ id }) => below.has(id))
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...expected].sort());
    }
    for (const { id, name } of fields) {
      const above = reach(graph, [id], 'uses');
      const expected = [...behind].filter(([, below]) => below.has(name)).map(([model]) => model);
      const models = graph.nodes.filter((node) => node.kind === 'model_version' && above.has(node.id));
      expect(models.map((model) => model.name)).toEqual(expected);
      const isServed = above.has('endpoint:shop');
      expect(isServed).toBe(expected.includes(`model/${facts.models.length}`));
    }
  });
});

test('a drawing has every node and edge of a lineage once, and edges lead from left to right', async () => {
  await forAllSlow(randomFacts, 100, (facts) => {
    const graph = partOf(lineageGraph(facts), ['model_version:model/1'], ['origins', 'uses']);
    const layers = layersOf(graph);
    expect(
      layers
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(graph.nodes.map(({ id }) => id).sort());
    const layerOf = (id: string) => layers.findIndex((layer) => layer.some((node) => node.id === id));
    for (const { from, to } of graph.edges) expect(layerOf(from)).toBeLessThan(layerOf(to));
    const svg = svgOf(graph, ['model_version:model/1']);
    expect(svg.match(/<g class/g)).toHaveLength(graph.nodes.length);
    expect(svg.match(/<path class/g) ?? []).toHaveLength(graph.edges.length);
    const mermaid = mermaidOf(graph, ['model_version:model/1']);
    expect(mermaid.match(/ \.?-+> /g) ?? []).toHaveLength(graph.edges.length);
    return Promise.resolve();
  });
});
