import { expect, test } from 'vitest';
import {
  type KeyLikeness,
  type KeyedLookup,
  type SpineKeys,
  refuseMissingRows,
} from '../../../../domain/training/missing-rows.ts';

const counts = (table: string, found: number, lookupKeys = ['user']): KeyedLookup => ({
  table,
  found,
  notFound: 1_000 - found,
  lookupKeys,
  wanted: 500,
});
/** What the keys of a spine say: as many as `known` are in the tables, and none has a row unless it is said. */
function keys(
  known: number,
  each: readonly number[],
  { unmatched = 500, likeness = [] }: { unmatched?: number; likeness?: readonly KeyLikeness[] } = {},
): SpineKeys {
  return {
    countUnmatched: () => Promise.resolve(unmatched),
    compare: () => Promise.resolve({ known, each }),
    liken: () => Promise.resolve(each.map((_, at) => likeness[at] ?? { sampled: 100, alike: 0 })),
  };
}

/** The keys that one lookup of several asks about. */
function keysOf(of: (first: number) => SpineKeys): SpineKeys {
  return {
    countUnmatched: (indexes) => of(indexes[0]!).countUnmatched(indexes),
    compare: (indexes) => of(indexes[0]!).compare(indexes),
    liken: (indexes) => of(indexes[0]!).liken(indexes),
  };
}

const notReached = () => {
  throw new Error('not reached');
};

test('keys that are in no looked-up table are refused, with what may be wrong with them and no key', async () => {
  const refused = refuseMissingRows([counts('windows', 4), counts('profile', 9)], undefined, {
    ...keys(4, [0, 4], {
      likeness: [
        { sampled: 100, alike: 90 },
        { sampled: 0, alike: 0 },
      ],
    }),
    countUnmatched: (indexes) => {
      expect(indexes).toEqual([0, 1]);
      return Promise.resolve(496);
    },
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
      keysOf((index) => (index === 0 ? keys(known, [known]) : keys(500, [500]))),
    ).then(
      () => false,
      () => true,
    );
    expect(await refusal).toBe(isRefused);
  },
);

test('a look-up that finds few rows for other reasons is said, and keys of other tables are not enough', async () => {
  const notes = await refuseMissingRows([counts('windows', 0), counts('profile', 990)], undefined, {
    ...keys(499, [0, 499]),
    liken: notReached,
  });
  expect(notes).toEqual([
    "the look-up in 'windows' finds a row for 0 of 1000 rows: none of the keys of the spine is in it",
  ]);
  const shops = refuseMissingRows(
    [counts('windows', 990), counts('shops', 0, ['shop'])],
    undefined,
    keysOf((index) => (index === 1 ? keys(0, [0]) : keys(500, [500]))),
  );
  await expect(shops).rejects.toThrow(/different keys in shop are in no table/);
});

test('no table is asked where rows are found for enough keys, however many rows of a key have none', async () => {
  const enough = { countUnmatched: notReached, compare: notReached, liken: notReached };
  const rows = await refuseMissingRows([counts('windows', 600), counts('profile', 990)], undefined, enough);
  expect(rows).toEqual([]);
  const unmatched = (count: number): SpineKeys => ({
    ...enough,
    countUnmatched: () => Promise.resolve(count),
  });
  expect(await refuseMissingRows([counts('windows', 10)], undefined, unmatched(494))).toEqual([]);
  await expect(refuseMissingRows([counts('windows', 10)], undefined, unmatched(495))).rejects.toThrow(
    'not reached',
  );
});

test('a build in which no row is visible at all is refused', async () => {
  const refused = refuseMissingRows(
    [counts('windows', 0), counts('profile', 0)],
    undefined,
    keys(500, [500, 500]),
  );
  await expect(refused).rejects.toThrow(/are in the tables, but none has a row that is visible/);
});
