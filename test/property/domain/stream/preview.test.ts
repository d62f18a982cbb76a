import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { TablePreview } from '../../../../domain/stream/preview.ts';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { MINUTE } from '../../../oracle/log.ts';
import { type Oracle, oracle, windowKey } from '../../../oracle/oracle.ts';
import { batchedStreams } from '../../support/batched-streams.ts';
import { ACTIVITY, columns, engineFor } from '../../support/engine.ts';
import { everyLength, forOracle } from '../../support/every-aggregate.ts';
import { forAll, forAllSlow } from '../../support/for-all.ts';
import { repeatingStreams, streams } from '../../support/random-stream.ts';
import type { Stream } from '../../support/stream.ts';

const anyStreams = fc.oneof(
  streams(),
  repeatingStreams({}),
  batchedStreams({}),
  batchedStreams({}, { repeating: true }),
);
const cuts = fc.integer({ min: 1, max: 25 });

test("the rows and counts of a preview equal the oracle's, however its records are cut into pages", () => {
  const cases = fc.record({ stream: anyStreams, page: cuts });
  forAll(cases, ({ stream, page }) => {
    const wanted = oracle(stream.records, stream.options);
    const { preview, rows } = previewOf(stream, ACTIVITY, page);
    expect(rows).toEqual(wanted.windows);
    expect(preview.counts).toMatchObject(countsOf(wanted));
  });
});

test("a preview of every aggregate over every length and lifetime equals the oracle's", async () => {
  const cases = fc.record({ stream: streams({ maxLength: 12 }), page: cuts });
  await forAllSlow(cases, 200, ({ stream, page }) => {
    const { raw } = oracle(stream.records, stream.options);
    const { rows } = previewOf(stream, everyLength.name, page, [everyLength]);
    expect(rows).toEqual(featureRows(raw, forOracle(everyLength)));
    return Promise.resolve();
  });
});

test('a preview as of a moment has the newest visible row of each key', () => {
  const cases = fc.record({ stream: streams(), page: cuts, minutes: fc.integer({ min: -100, max: 400 }) });
  forAll(cases, ({ stream, page, minutes }) => {
    const { windows } = oracle(stream.records, stream.options);
    const ends = [...windows.values()].map(({ window_end }) => window_end);
    const at = (ends[0] ?? 0n) + BigInt(minutes) * MINUTE;
    const newest = new Map<string, bigint>();
    for (const { user_id, window_end } of windows.values()) {
      const known = newest.get(user_id);
      if (window_end <= at && (known === undefined || known < window_end)) newest.set(user_id, window_end);
    }
    const { preview } = previewOf(stream, ACTIVITY, page);
    const found = preview.rows({ at });
    expect(new Map(found.rows.map(({ key, end }) => [key[0], end]))).toEqual(newest);
    expect(found.count).toBe(newest.size);
    expect(preview.rows({ at, most: 1 }).rows).toEqual(found.rows.slice(0, 1));
  });
});

function previewOf(
  stream: Stream,
  name: string,
  page: number,
  tables: readonly StreamTableDefinition[] = [],
) {
  const engine = engineFor(stream, tables);
  const table = engine.tables.find(({ definition }) => definition.name === name)!;
  const preview = new TablePreview(engine, table);
  for (let start = 0; start < stream.records.length; start += page)
    preview.add(stream.records.slice(start, start + page));
  const rows = new Map(
    preview.rows({}).rows.map((row) => [windowKey(row.key[0]!, row.end), columns(table, row)]),
  );
  return { preview, rows };
}

function countsOf({ raw, deadLetters, skipped, late }: Oracle) {
  return {
    skipped: skipped.length,
    events: raw.length,
    duplicates: raw.filter(({ duplicate }) => duplicate).length,
    deadLetters: deadLetters.length,
    late: late.length,
  };
}
