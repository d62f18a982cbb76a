import { readFileSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { typeProblems } from '../../../support/definitions/type-problems.ts';
import { refusedLookups } from './refused/lookups.ts';
import { refusedSources } from './refused/sources.ts';
import { refusedAggregates, refusedDerived } from './refused/stream-tables.ts';
import { refusedTables } from './refused/tables.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const folder = fileURLToPath(new URL('refused/', import.meta.url));
const modules = new Map(
  readdirSync(folder).map((name) => [relative(root, folder + name), readFileSync(folder + name, 'utf8')]),
);

test('the compiler refuses each of these definitions, at the marked line', { timeout: 120_000 }, () => {
  // A marker without an error is an error itself.
  expect(typeProblems(modules)).toEqual([]);
  const markers = [...modules.values()].flatMap((text) => text.match(/@ts-expect-error/g) ?? []);
  const refused = [refusedSources, refusedAggregates, refusedDerived, refusedTables, refusedLookups];
  expect(markers).toHaveLength(refused.flatMap((calls) => Object.keys(calls)).length);

  const spoilt = new Map([...modules].map(([name, text]) => [name, `${text}// @ts-expect-error\nvoid 0;\n`]));
  expect(typeProblems(spoilt)).toHaveLength(modules.size);
});
