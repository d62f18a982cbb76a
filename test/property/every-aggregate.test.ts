import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureRows } from '../oracle/feature-rows.ts';
import { oracle } from '../oracle/oracle.ts';
import { cuts, runInCuts } from './support/cuts.ts';
import { engineFor } from './support/engine.ts';
import { everyAggregate, everyAggregateForOracle } from './support/every-aggregate.ts';
import { forAll } from './support/for-all.ts';
import { streams } from './support/random-stream.ts';

test("every aggregate with every filter is the oracle's, however the log is cut", () => {
  forAll(fc.record({ stream: streams({ disorder: 60 }), cuts }), ({ stream, cuts }) => {
    const { rows } = runInCuts(stream, engineFor(stream, [everyAggregate]), cuts).tables.get(
      everyAggregate.name,
    )!;
    const { raw } = oracle(stream.records, stream.options);
    expect(rows).toEqual(featureRows(raw, everyAggregateForOracle));
  });
});
