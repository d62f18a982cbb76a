import { expect, test } from 'vitest';
import { rowsOfProgram } from '../../../../../client/batch/given/rows-of-program.ts';

test('writes numbers as they are: those that JSON lacks as words, whole ones without all digits with an exponent', async () => {
  const rows = [
    { id: NaN, low: -Infinity, list: [1, 2 ** 60], note: 'NaN', none: null },
    { id: 9007199254740993n, small: 7n, at: new Date(0), zero: -0, whole: 2 ** 53 - 1 },
    undefined as unknown as object,
  ];
  const json: string[] = [];
  for await (const group of rowsOfProgram(rows).groups)
    json.push(...group.map((row) => ('json' in row ? Buffer.from(row.json).toString() : row.problem)));
  expect(json).toEqual([
    '{"id":NaN,"low":-Infinity,"list":[1,1.152921504606847e+18],"note":"NaN","none":null}',
    '{"id":"9007199254740993","small":7,"at":"1970-01-01T00:00:00.000Z","zero":0,"whole":9007199254740991}',
    'null',
  ]);
});
