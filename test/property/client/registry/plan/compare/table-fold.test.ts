import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TableFold } from '../../../../../../client/registry/plan/compare/table-fold.ts';
import { NO_FLOORS } from '../../../../../../domain/windows/retention-floors.ts';
import { MINUTE } from '../../../../../oracle/log.ts';
import { oracle } from '../../../../../oracle/oracle.ts';
import { engineFor } from '../../../../support/engine.ts';
import { forAllSlow } from '../../../../support/for-all.ts';
import { streams } from '../../../../support/random-stream.ts';

const cases = fc.record({
  stream: streams({ disorder: 90, malformed: 2, maxLength: 40 }),
  /** How many minutes before the newest event the range begins, and how many it is long. */
  back: fc.integer({ min: 0, max: 400 }),
  length: fc.integer({ min: 0, max: 400 }),
});

test('the rows that are compared are those of the oracle, entity by entity, of the ends in the range', async () => {
  let compared = 0;
  await forAllSlow(cases, 200, ({ stream, back, length }) => {
    const engine = engineFor(stream);
    const { raw } = engine.fold(stream.records, new Map());
    const { source } = engine;
    const fold = new TableFold(engine.tables[0]!.definition, { read: source, source, floors: NO_FLOORS });
    const newest = raw.reduce((most, { event: { eventTs } }) => (eventTs > most ? eventTs : most), 0n);
    const range = { from: newest - BigInt(back) * MINUTE, to: newest + BigInt(length - back) * MINUTE };
    const names = engine.tables[0]!.definition.features.map(({ name }) => name);
    const user = source.fields.findIndex(({ name }) => name === 'user_id');
    const users = [...new Set(raw.map(({ event }) => event.values[user] as string))];
    const rows = users.flatMap((id) => {
      const tiles = fold.begin();
      for (const one of raw) if (!one.duplicate && one.event.values[user] === id) fold.add(tiles, one);
      return fold.rows(tiles, range).map(({ key, end, values }) => [key[0]!, end, ...values]);
    });
    const expected = [...oracle(stream.records, stream.options).windows.values()]
      .filter(({ feature_ts }) => feature_ts > range.from && feature_ts <= range.to)
      .map((row) => [row.user_id, row.feature_ts, ...names.map((name) => row[name as keyof typeof row])]);
    expect(new Set(rows.map(text))).toEqual(new Set(expected.map(text)));
    expect(rows).toHaveLength(expected.length);
    compared += rows.length;
    return Promise.resolve();
  });
  expect(compared).toBeGreaterThan(100);
});

function text(row: readonly unknown[]): string {
  return row.map(String).join(' ');
}
