import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineageTags, whoTags } from '../../../../../activities/training/model/lineage-tags.ts';
import { forAll } from '../../../support/for-all.ts';

const names = fc.array(fc.stringMatching(/^[a-z][a-z0-9_.:/-]{0,49}$/), { minLength: 1, maxLength: 20 });

test('a list that is longer than a tag may be names as many as fit, each whole, and says that there are more', () => {
  forAll(fc.tuple(names, fc.integer({ min: 1, max: 1_100 })), ([tags, most]) => {
    const { 'asof.tags': said } = whoTags({ tags }, most);
    const definitions = tags.map((name) => ({ kind: 'stream_table', name, version: 1, sha256: '' }) as const);
    const { 'asof.tables': tables } = lineageTags({ ...TRAINED_ON, definitions }, most);
    expect(said).toBe(fitting(tags, most));
    expect(tables).toBe(
      fitting(
        tags.map((tag) => `${tag}@1`),
        most,
      ),
    );
  });
});

test('a tag without a bound has all names', () => {
  forAll(names, (tags) => {
    expect(whoTags({ tags })['asof.tags']).toBe(tags.join(', '));
  });
});

const TRAINED_ON = { id: 'ts_1', sha256: '0', cut: '1' } as Parameters<typeof lineageTags>[0];

/** Leaves out one name after another, from the last, until the rest fits. */
function fitting(all: readonly string[], most: number): string {
  let text = all.join(', ');
  for (let count = all.length - 1; text.length > most; count -= 1)
    text = [...all.slice(0, count), '…'].join(', ');
  return text;
}
