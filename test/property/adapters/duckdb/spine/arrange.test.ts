import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrangeSpine, countSpine } from '../../../../../adapters/duckdb/spine/arrange.ts';
import { countLeaks } from '../../../../../adapters/duckdb/spine/leaks.ts';
import { SpineTable } from '../../../../../adapters/duckdb/spine-table.ts';
import { SPLITS, type SpineDefinition } from '../../../../../domain/registry/spine-definition.ts';
import { formatInstant } from '../../../../../domain/time/instant.ts';
import type { SpineColumn } from '../../../../../domain/training/spine.ts';
import { SPLIT_PAIRS } from '../../../../../domain/training/split-leaks.ts';
import {
  type RuledRow,
  hashShare,
  rowsBehind,
  splitByHash,
  splitByTime,
  usersInBoth,
} from '../../../../oracle/training/spine-rules.ts';
import { forAllSlow } from '../../../support/for-all.ts';

const columns: readonly SpineColumn[] = [
  { name: 'label', role: 'label' },
  { name: 'user', role: 'key' },
  { name: 'at', role: 'timestamp' },
];
const moments = fc.integer({ min: -9, max: 9 }).map((day) => BigInt(day) * 86_400_000_000n + 1n);
const rows = fc.array(
  fc.record<RuledRow>({
    user: fc.oneof(fc.constantFrom('u_1', 'u_2', 'Ünï/7'), fc.string({ unit: 'grapheme', minLength: 1 })),
    moment: moments,
    label: fc.constantFrom(0, 1, 2.5),
  }),
  { minLength: 1, maxLength: 30 },
);
const seed = fc.integer({ min: 0, max: 3 });
const splits = fc.oneof(
  fc
    .tuple(moments, moments)
    .filter(([val, test]) => val < test)
    .map(([val, test]) => ({
      split: { by: 'time', as: 'split', valFrom: formatInstant(val), testFrom: formatInstant(test) } as const,
      expected: (row: RuledRow) => splitByTime(row, val, test),
    })),
  fc
    .tuple(seed, fc.constantFrom([0.5, 0.25, 0.25], [0, 0.5, 0.5], [1, 0, 0]))
    .map(([seed, [train, val, test]]) => ({
      split: { by: 'hash', as: 'split', key: 'user', seed, shares: { train, val, test } } as const,
      expected: (row: RuledRow) => splitByHash(row, seed, train, val),
    })),
);
const samples = fc.record({
  share: fc.constantFrom(0.3, 0.51, 1),
  seed,
  by: fc.constantFrom(undefined, 'user'),
  keepLabels: fc.constantFrom(undefined, [1], [0, 2.5]),
  as: fc.constant('weight'),
});

test('rows are split and sampled as the rules say, and leaks between splits are counted', async () => {
  await forAllSlow(
    fc.tuple(rows, splits, fc.option(samples)),
    100,
    async ([given, { split, expected }, sample]) => {
      const spine: SpineDefinition = { keys: ['user'], timestamp: 'at', label: 'label', split };
      const taken = given.flatMap((row) => {
        const weight = sample ? weightOf(row, sample) : 1;
        return weight === undefined ? [] : [{ row, weight, split: expected(row) }];
      });
      await withSpine(given, async (connection) => {
        const arranged = await arrangeSpine(connection, { ...spine, ...(sample && { sample }) }, columns);
        const reader = await connection.runAndReadAll(`SELECT * EXCLUDE n, n::DOUBLE FROM spine ORDER BY n`);
        expect(reader.getRows()).toEqual(
          taken.map(({ row, weight, split }, n) => [
            row.label,
            row.user,
            row.moment,
            split,
            ...(sample ? [weight] : []),
            n,
          ]),
        );
        expect(arranged.slice(columns.length).map(({ role }) => role)).toEqual(
          sample ? ['split', 'weight'] : ['split'],
        );
        expect(await countSpine(connection, arranged)).toEqual({
          rows: taken.length,
          labelType: taken.every(({ row }) => Number.isInteger(row.label)) ? 'bigint' : 'double',
          splitRows: Object.fromEntries(
            SPLITS.map((name) => [name, taken.filter((one) => one.split === name).length]),
          ),
        });
        const [all, of] = [taken.map(({ row }) => row), taken.map((one) => one.split)];
        expect(await countLeaks(connection, ['user'], arranged)).toEqual({
          entities: byPair((one, other) => usersInBoth(all, of, one, other)),
          time: byPair((one, other) => rowsBehind(all, of, one, other)),
        });
      });
    },
  );
});

/** The weight of a row in a sample. Undefined if the sample leaves it out. */
function weightOf(
  { user, moment, label }: RuledRow,
  { share, seed, by, keepLabels }: NonNullable<SpineDefinition['sample']>,
): number | undefined {
  if (keepLabels?.includes(label)) return 1;
  const texts = by === undefined ? [user, String(moment)] : [user];
  return hashShare('sample', seed, texts) < share ? 1 / share : undefined;
}

function byPair(count: (one: string, other: string) => number): Record<string, number> {
  return Object.fromEntries(SPLIT_PAIRS.map(([one, other]) => [`${one}-${other}`, count(one, other)]));
}

async function withSpine(
  rows: readonly RuledRow[],
  work: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const table = await SpineTable.create(connection, columns);
  table.append(rows.map(({ user, moment, label }) => [label, user, moment]));
  table.close();
  await work(connection);
  connection.closeSync();
}
