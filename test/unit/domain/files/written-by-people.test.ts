import { expect, test } from 'vitest';
import { indexColumns } from '../../../../domain/files/index-columns.ts';
import { truthOfWord } from '../../../../domain/files/truth-words.ts';

test('an index of pandas is what nobody reads by that name', () => {
  const names = ['', 'user', 'Unnamed: 0', '__index_level_0__', 'Unnamed: x', 'Unnamed: 12'];
  expect(indexColumns(names, () => false)).toEqual([0, 2, 3, 5]);
  expect(indexColumns(names, (name) => name === 'Unnamed: 0')).toEqual([0, 3, 5]);
});

test.each([
  [['true', 'True', 'TRUE', 't', 'T'], true],
  [['false', 'False', 'FALSE', 'f', 'F'], false],
  [['', ' true', 'yes', 'no', '1', '0', 'tr'], undefined],
])('of the words %j, each says %s', (words, truth) => {
  for (const word of words) expect(truthOfWord(word)).toBe(truth);
});
