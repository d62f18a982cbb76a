import { expect, test } from 'vitest';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { parseSpineRow, spineHeading } from '../../../../domain/training/spine.ts';

const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: null },
  lookups: [],
};

test('columns without a name, such as the index that pandas writes, are left out', () => {
  const { heading, problems } = spineHeading(definition, ['', 'user_id', 'label', 'at', '']);
  expect(problems).toEqual([]);
  expect(heading.columns.map(({ name }) => name)).toEqual(['user_id', 'label', 'at']);
  const row = parseSpineRow(heading, ['0', 'u_1', '1.0', '2026-06-01 09:00:00+00:00', '']);
  expect(row).toEqual(['u_1', 1, 1_780_304_400_000_000n]);
  expect(parseSpineRow(heading, ['u_1', '1', '2026-06-01'])).toBe(
    'has 3 fields, but the heading has 5 columns',
  );
});

test.each([
  ['2026-06-01 09:00:00', 'True', 1],
  ['2026-06-01 09:00:00+00', 'f', 0],
  ['2026-06-01T09:00:00.000+00:00', 'false', 0],
  ['2026-06-01T11:00+0200', '1', 1],
])('the time %s and the label %s are taken as other programs write them', (at, label, expected) => {
  const { heading } = spineHeading(definition, ['user_id', 'at', 'label']);
  expect(parseSpineRow(heading, ['u_1', at, label])).toEqual(['u_1', 1_780_304_400_000_000n, expected]);
});

test('a message names a column of the definition by its name, and any other by its place', () => {
  const { heading } = spineHeading(definition, ['note', 'user_id', 'label', 'at']);
  const time = '2026-06-01T09:00:00Z';
  expect(parseSpineRow(heading, ['', 'u_1', 'yes', time])).toMatch(/^label is not a number that is exact/);
  expect(parseSpineRow(heading, ['a\0b', 'u_1', '1', time])).toBe('column 1 holds a NUL character');
});

const asked: TrainingSetDefinition = {
  ...definition,
  requestFields: [
    { name: 'amount', type: 'double', required: true },
    { name: 'items', type: 'integer', required: false },
    { name: 'shop', type: 'string', required: false },
    { name: 'is_online', type: 'boolean', required: false },
    { name: 'since', type: 'timestamp', required: false },
  ],
  requestFeatures: [{ name: 'twice', expression: { op: 'multiply', of: ['amount', 2] } }],
};
const HEADING = ['user_id', 'at', 'label', 'amount', 'items', 'shop', 'is_online', 'since'];
const KNOWN = ['u_1', '2026-06-01T09:00:00Z', '1'];

test('request fields are columns of their types, of which an optional one may be empty', () => {
  const { heading, problems } = spineHeading(asked, HEADING);
  expect(problems).toEqual([]);
  const fieldsOf = (...fields: string[]) => {
    const row = parseSpineRow(heading, [...KNOWN, ...fields]);
    return typeof row === 'string' ? row : row.slice(KNOWN.length);
  };
  expect(fieldsOf('-0', '7.0', 'a', 'True', '1970-01-01 00:00:01')).toEqual([0, 7, 'a', true, 1_000_000n]);
  expect(fieldsOf('1e3', '', '', '', '')).toEqual([1000, null, null, null, null]);
  expect(fieldsOf('', '', '', '', '')).toBe('amount is not a finite number, which every row needs');
  expect(fieldsOf('1e999', '', '', '', '')).toMatch(/^amount is not a finite number/);
  expect(fieldsOf('0x10', '', '', '', '')).toMatch(/^amount is not a finite number/);
  expect(fieldsOf('1', '7.5', '', '', '')).toBe('items is not a whole number within ±9007199254740991');
  expect(fieldsOf('1', '', 'a\0', '', '')).toMatch(/^shop is not a text without NUL/);
  expect(fieldsOf('1', '', '', 'yes', '')).toBe('is_online is not true or false');
  expect(fieldsOf('1', '', '', '', '5')).toMatch(/^since is not a time such as/);
});

test('a column named like a feature gives it, by the type of the feature', () => {
  const types = new Map([['twice', 'double']] as const);
  const { heading, problems } = spineHeading(asked, [...HEADING, 'twice'], types);
  expect(problems).toEqual([]);
  expect(heading.columns.at(-1)).toEqual({
    name: 'twice',
    role: 'given',
    field: { type: 'double', required: false },
  });
  const row = (twice: string) => parseSpineRow(heading, [...KNOWN, '1', '', '', '', '', twice]);
  expect(row('2.5').at(-1)).toBe(2.5);
  expect(row('').at(-1)).toBeNull();
  expect(row('much')).toBe('twice is not a finite number');
});

test('a spine without the column of a request field is refused by its name, and so is one that differs in case', () => {
  const lacks = spineHeading(
    asked,
    HEADING.filter((name) => name !== 'shop'),
  );
  expect(lacks.problems).toEqual(["there is no request column 'shop' among the 7 of the heading"]);
  expect(spineHeading(asked, [...HEADING, 'Twice']).problems).toEqual([
    "column 9 is called as the feature 'twice' (case does not tell columns apart)",
  ]);
});
