import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ledgerEntries } from '../../../../activities/stream/fold-micro-batch.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor, foldAll } from '../../support/engine.ts';
import { forOracle } from '../../support/every-aggregate.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { mixedStreams, truthFeatures } from '../../support/mixed-streams.ts';
import { rawRows } from '../../support/oracle-shape.ts';

const PARTITIONS = [0, 1, 2];

test('each record of a mix is an event, a dead letter or skipped, as the oracle says', () => {
  const total = { raw: 0, deadLetters: 0, skipped: 0, invalid: 0 };
  forAll(mixedStreams, (stream) => {
    const expected = oracle(stream.records, stream.options);
    const batch = foldAll(stream);
    expect(rawRows(stream, batch.raw)).toEqual(expected.raw);
    expect(placesOf(batch.deadLetters.map(({ record }) => record))).toEqual(placesOf(expected.deadLetters));
    expect(placesOf(batch.skipped.map(({ record }) => record))).toEqual(placesOf(expected.skipped));
    total.raw += expected.raw.length;
    total.deadLetters += expected.deadLetters.length;
    total.skipped += expected.skipped.length;
    total.invalid += expected.raw.filter(({ invalid_fields }) => invalid_fields.length > 0).length;
  });
  for (const count of Object.values(total)) expect(count).toBeGreaterThan(numRuns);
});

test('the ledger of a mix adds up to its records, partition by partition', () => {
  forAll(mixedStreams, (stream) => {
    const { raw } = oracle(stream.records, stream.options);
    const ranges = PARTITIONS.map((partition) => ({ partition, from: 0n, to: 1_000n }));
    for (const entry of ledgerEntries(foldAll(stream), ranges)) {
      const records = stream.records.filter(({ partition }) => partition === entry.partition);
      expect(entry.raw + entry.deadLetters + entry.filtered + entry.tombstones).toBe(records.length);
      const unfit = raw
        .filter(({ kafka_partition }) => kafka_partition === entry.partition)
        .flatMap(({ invalid_fields }) => invalid_fields);
      const counted = Object.entries(entry.invalidFields).flatMap(([field, count]) =>
        Array<string>(count).fill(field),
      );
      expect(counted.sort()).toEqual(unfit.sort());
    }
  });
});

test("the rows of a mix equal the oracle's, however the log is divided", () => {
  const cases = fc.record({ stream: mixedStreams, batchings });
  const expectedFeatures = forOracle(truthFeatures);
  let truths = 0;
  forAll(cases, ({ stream, batchings }) => {
    const { tables } = runInBatches(stream, engineFor(stream, [truthFeatures]), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    const rows = featureRows(expected.raw, expectedFeatures);
    expect(tables.get(truthFeatures.name)!.rows).toEqual(rows);
    truths += [...rows.values()].filter(({ is_member }) => typeof is_member === 'boolean').length;
  });
  expect(truths).toBeGreaterThan(numRuns);
});

function placesOf(records: readonly Pick<KafkaRecord, 'partition' | 'offset'>[]): string[] {
  return records.map(({ partition, offset }) => `${partition}/${offset}`).sort();
}
