import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSpine } from '../../../../adapters/files/read-spine.ts';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { forAllSlow } from '../../support/for-all.ts';

const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'churned', split: null },
  lookups: [
    {
      table: 'windows',
      features: [{ feature: 'events', as: 'events', default: null }],
      lookupKeys: ['user_id'],
      lookback: null,
    },
  ],
};

/** A moment of whole seconds, and a form in which somebody's program writes it. */
const times = fc
  .tuple(
    fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }),
    fc.constantFrom('T', ' '),
    fc.constantFrom('', '.000', '.000000', ',000'),
    fc.constantFrom(['', 0], ['Z', 0], ['+00', 0], ['+0000', 0], ['+00:00', 0], [' UTC', 0], ['+02:00', 2], ['-05', -5]), // prettier-ignore
  )
  .map(([seconds, middle, fraction, [offset, hours]]) => {
    const local = new Date((seconds + (hours as number) * 3_600) * 1_000).toISOString();
    return {
      micros: BigInt(seconds) * 1_000_000n,
      text: `${local.slice(0, 10)}${middle}${local.slice(11, 19)}${fraction}${offset}`,
    };
  });
const labels = fc.constantFrom(
  ...['1', '1.0', 'True', 'true', 'TRUE', 't'].map((text) => ({ text, label: 1 })),
  ...['0', '0.0', 'False', 'false', 'FALSE', 'f'].map((text) => ({ text, label: 0 })),
);
const keys = fc.oneof(
  fc.constantFrom('518237', '518237.0', ' u', 'a,b', 'a;b', 'a\tb', 'say "hi"', 'two\nlines', 'Ünï', '0042'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).filter((text) => !text.includes('\0')),
);
const files = fc.record({
  rows: fc.array(fc.record({ key: keys, time: times, label: labels, note: fc.constantFrom('', 'x', '"') }), {
    minLength: 1,
    maxLength: 6,
  }),
  separator: fc.constantFrom(',', ';', '\t'),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  hasMark: fc.boolean(),
  index: fc.constantFrom(undefined, '', 'Unnamed: 0', '__index_level_0__'),
  hasLastBreak: fc.boolean(),
  isQuoted: fc.boolean(),
});

test('whatever program writes a CSV file, its rows are the keys, moments and labels that were meant', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-spine-')));
  const path = join(folder, 'spine.csv');
  await forAllSlow(files, 300, async ({ rows, separator, lineBreak, hasMark, index, ...file }) => {
    const field = (text: string): string =>
      file.isQuoted || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const table = [
      ['user_id', 'at', 'churned', 'note'],
      ...rows.map(({ key, time, label, note }) => [key, time.text, label.text, note]),
    ].map((row, at) => (index === undefined ? row : [at === 0 ? index : String(at - 1), ...row]));
    const text = table.map((row) => row.map(field).join(separator)).join(lineBreak);
    await writeFile(path, `${hasMark ? '\ufeff' : ''}${text}${file.hasLastBreak ? lineBreak : ''}`);
    const read = [];
    for await (const part of readSpine(path, definition)) {
      expect(part.heading.columns.map(({ name }) => name)).toEqual(['user_id', 'at', 'churned', 'note']);
      read.push(...part.rows);
    }
    expect(read).toEqual(rows.map(({ key, time, label, note }) => [key, time.micros, label.label, note]));
  });
  await rm(folder, { recursive: true });
});
