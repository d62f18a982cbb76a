import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesIn } from '../../../../domain/expressions/operands.ts';
import type { FeatureDefinition, StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import type { Operation } from '../../../../domain/registry/expression.ts';
import { refold } from '../../../../domain/windows/refold.ts';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { expressionValue } from '../../../oracle/features/expressions.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { engineFor } from '../../support/engine.ts';
import { everyAggregate, forOracle } from '../../support/every-aggregate.ts';
import { forAll } from '../../support/for-all.ts';
import { randomExpressions } from '../../support/random-expressions.ts';
import { streams } from '../../support/random-stream.ts';
import { storedTiles } from '../../support/stream-store.ts';
import { Stream } from '../../support/stream.ts';

const overEvents = randomExpressions({
  number: ['revenue'],
  text: ['event_type', 'platform', 'product_id'],
  boolean: [],
  time: ['event_ts'],
});

const overFeatures = randomExpressions({
  number: ['events', 'total', 'average', 'spread', 'least', 'texts', 'usual_number', 'variety', 'between'],
  text: ['newest', 'newest_numbers'],
  boolean: ['oldest_truth', 'usual_truth'],
  time: [],
});

const tables = fc
  .record({ where: fc.option(overEvents.boolean), over: fc.constantFrom(null, '10 minutes', 'lifetime') })
  .chain(({ where, over }) => {
    const shared = { where: where && { expression: where }, over };
    return fc
      .record({ number: overEvents.number, text: overEvents.text, truth: overEvents.boolean })
      .map(({ number, text, truth }): readonly FeatureDefinition[] => [
        { ...shared, name: 'events', aggregate: 'count', field: null },
        { ...shared, name: 'present', aggregate: 'count', field: number },
        { ...shared, name: 'total', aggregate: 'sum', field: number },
        { ...shared, name: 'average', aggregate: 'mean', field: number },
        { ...shared, name: 'spread', aggregate: 'variance', field: number },
        { ...shared, name: 'least', aggregate: 'min', field: number },
        { ...shared, name: 'texts', aggregate: 'count_distinct', field: text },
        { ...shared, name: 'newest', aggregate: 'last', field: text },
        { ...shared, name: 'usual_truth', aggregate: 'most_frequent', field: truth },
        { ...shared, name: 'usual_number', aggregate: 'most_frequent', field: number },
        { ...shared, name: 'variety', aggregate: 'diversity', field: text },
        { ...shared, name: 'truths', aggregate: 'histogram', field: truth },
        { ...shared, name: 'share_true', aggregate: 'share', field: truth },
        { ...shared, name: 'between', aggregate: 'mean_interarrival', field: null },
        { ...shared, name: 'oldest_truth', aggregate: 'first', field: truth },
        { ...shared, name: 'newest_numbers', aggregate: 'last_k', field: number, k: 2 },
      ]);
  })
  .chain((aggregates) =>
    fc.record(overFeatures).map(({ number, text, boolean }): StreamTableDefinition => ({
      ...everyAggregate,
      name: 'expressions',
      features: [
        { name: 'derived_number', expression: number },
        { name: 'derived_text', expression: text },
        { name: 'derived_truth', expression: boolean },
        ...aggregates,
      ],
    })),
  );

/** The same log for a source that takes only the records for which the expression is true. */
function filtered({ records, settings }: Stream, where: Operation | null): Stream {
  if (where === null) return new Stream(records, settings);
  const holds = (valueOf: (name: string) => unknown) =>
    expressionValue(where, valueOf as Parameters<typeof expressionValue>[1]) === true;
  return new Stream(records, { ...settings, rules: { where, isFor: { fields: namesIn(where), holds } } });
}

test('random filters, arguments and derived features: stream and backfill equal the oracle', () => {
  const cases = fc.record({
    stream: streams({ disorder: 60, maxLength: 16 }),
    batchings,
    table: tables,
    where: fc.option(overEvents.boolean),
  });
  forAll(cases, ({ stream: log, batchings: cut, table, where }) => {
    const stream = filtered(log, where);
    const engine = engineFor(stream, [table]);
    const store = runInBatches(stream, engine, cut);
    const { raw, skipped } = oracle(stream.records, stream.options);
    const { rows, tiles } = store.tables.get(table.name)!;
    expect(rows).toEqual(featureRows(raw, forOracle(table)));
    expect(store.raw.length + skipped.length).toBeLessThanOrEqual(stream.records.length);
    const compiled = engine.tables.find(({ definition }) => definition.name === table.name)!;
    const filled = refold(engine.source, compiled, [...store.raw].reverse());
    expect(storedTiles(compiled, filled.tiles)).toEqual([...tiles.values()].map(({ json }) => json).sort());
  });
}, 300_000);
