import { expect, test } from 'vitest';
import {
  type KeyedLookup,
  type TableKeys,
  refuseMissingRows,
} from '../../../../domain/training/missing-rows.ts';

const counts = (table: string, found: number, lookupKeys = ['user']): KeyedLookup => ({
  table,
  found,
  notFound: 1_000 - found,
  lookupKeys,
  wanted: 500,
});
/** The keys of some tables, of which each has those that `known` says. */
const compared = (known: number, ...tables: Partial<TableKeys>[]) =>
  Promise.resolve({
    known,
    tables: tables.map((table) => ({ known: 0, sampled: 100, alike: 0, ...table })),
  });

test('keys that are in no looked-up table are refused, with what may be wrong with them and no key', async () => {
  const refused = refuseMissingRows([counts('windows', 4), counts('profile', 9)], undefined, (indexes) => {
    expect(indexes).toEqual([0, 1]);
    return compared(4, { alike: 90 }, { known: 4, sampled: 0 });
  });
  await expect(refused).rejects.toMatchObject({
    code: 'ASOF_NOTHING_FOUND',
    details: { keys: ['user'], tables: ['windows', 'profile'], wanted: 500, known: 4 },
    message: expect.stringMatching(
      /^496 of the spine's 500 different keys in user are in no table .*'windows': 90 of 100 of its keys are alike; they differ in blanks, case, .*'profile': it has no rows yet.*--allow-missing/,
    ) as string,
  });
});

test.each([
  [undefined, 5, true],
  [undefined, 6, false],
  [0.5, 250, true],
  [0.5, 251, false],
  [1, 0, true],
  [1, 1, false],
])(
  'with a share of %s, a spine of which %i of 500 keys are known is refused: %s',
  async (share, known, isRefused) => {
    const refusal = refuseMissingRows(
      [counts('windows', 0), counts('other', 1, ['shop'])],
      share,
      ([index]) => (index === 0 ? compared(known, { known }) : compared(500, { known: 500 })),
    ).then(
      () => false,
      () => true,
    );
    expect(await refusal).toBe(isRefused);
  },
);

test('a look-up that finds few rows for other reasons is said, and keys of other tables are not enough', async () => {
  const notes = await refuseMissingRows([counts('windows', 0), counts('profile', 990)], undefined, () =>
    compared(499, { known: 0 }, { known: 499 }),
  );
  expect(notes).toEqual([
    "the look-up in 'windows' finds a row for 0 of 1000 rows: none of the keys of the spine is in it",
  ]);
  const shops = refuseMissingRows(
    [counts('windows', 990), counts('shops', 0, ['shop'])],
    undefined,
    ([index]) => (index === 1 ? compared(0, {}) : compared(500, {})),
  );
  await expect(shops).rejects.toThrow(/different keys in shop are in no table/);
});

test('nothing is compared where enough rows are found', async () => {
  const notes = await refuseMissingRows([counts('windows', 10), counts('profile', 990)], undefined, () => {
    throw new Error('not reached');
  });
  expect(notes).toEqual([]);
});

test('a build in which no row is visible at all is refused', async () => {
  const refused = refuseMissingRows([counts('windows', 0), counts('profile', 0)], undefined, () =>
    compared(500, { known: 500 }, { known: 500 }),
  );
  await expect(refused).rejects.toThrow(/are in the tables, but none has a row that is visible/);
});
