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
