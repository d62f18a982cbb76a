import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { engineFor } from '../../support/engine.ts';
import { everyLength, forOracle } from '../../support/every-aggregate.ts';
import { forAll } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';

const cases = fc.record({ stream: streams({ disorder: 60 }), batchings });
const expected = forOracle(everyLength);

test("every aggregate, filter and length equals the oracle's, however the log is divided", () => {
  forAll(cases, ({ stream, batchings }) => {
    const { rows } = runInBatches(stream, engineFor(stream, [everyLength]), batchings).tables.get(
      everyLength.name,
    )!;
    const { raw } = oracle(stream.records, stream.options);
    expect(rows).toEqual(featureRows(raw, expected));
  });
}, 300_000);
