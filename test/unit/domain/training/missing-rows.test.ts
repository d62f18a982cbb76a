import { expect, test } from 'vitest';
import { type KeyComparison, refuseMissingRows } from '../../../../domain/training/missing-rows.ts';

const counts = (table: string, found: number) => ({ table, found, notFound: 1_000 - found });
const compared = (known: number, sample: Partial<KeyComparison> = {}) =>
  Promise.resolve({ wanted: 500, known, sampled: 100, alike: 0, ...sample });

test('keys that are hardly ever in a table are refused, with what may be wrong with them', async () => {
  await expect(
    refuseMissingRows([counts('windows', 900), counts('profile', 9)], () => compared(4, { alike: 90 })),
  ).rejects.toMatchObject({
    code: 'ASOF_NOTHING_FOUND',
    message: expect.stringMatching(
      /look-up in 'profile' finds a row for 9 of 1000 .* 4 of the spine's 500 keys are in the table, but 90 of 100 keys of the table are alike: they differ in blanks or in case\. .*--allow-missing/,
    ) as string,
  });
  await expect(refuseMissingRows([counts('profile', 0)], () => compared(0))).rejects.toThrow(
    /0 of the spine's 500 keys are in the table, which has others; do both name the same things/,
  );
});

test('a table without a row is named as such', async () => {
  const refused = refuseMissingRows([counts('profile', 0)], () => compared(0, { sampled: 0 }));
  await expect(refused).rejects.toThrow(/'profile' finds a row for 0 of 1000 .*the table has no rows yet/);
});

test('keys that are known, but idle or not yet visible, are fine as long as another lookup finds rows', async () => {
  await refuseMissingRows([counts('windows', 0), counts('profile', 1)], (index) =>
    compared(index === 0 ? 500 : 300),
  );
  await refuseMissingRows([counts('windows', 10), counts('profile', 990)], () => {
    throw new Error('nothing is compared where enough is found');
  });
});

test('a build in which no row is visible at all is refused', async () => {
  const refused = refuseMissingRows([counts('windows', 0), counts('profile', 0)], () => compared(500));
  await expect(refused).rejects.toThrow(
    /500 of the spine's 500 keys are in the table, but none has a row that is visible/,
  );
});
