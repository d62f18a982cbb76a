import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSpine } from '../../../../adapters/files/read-spine.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { forAllSlow } from '../../support/for-all.ts';

const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user'], timestamp: 'at', label: 'churned', split: 'part' },
  lookups: [
    {
      table: 'windows',
      features: [{ feature: 'events', as: 'Events', default: null }],
      lookupKeys: ['user'],
      lookback: null,
    },
  ],
};
const OWN = ['user', 'at', 'churned', 'part'];

/** Texts that no message contains by itself. */
const secrets = fc
  .tuple(
    fc.stringMatching(/^[g-z]{4,12}[=:/@]?[g-z]{0,12}$/),
    fc.constantFrom('', '\0', '"', '""', "'", ' ', '\t'),
  )
  .map(([text, odd]) => `§${text}${odd}§`);
const headings = fc.oneof(
  fc.tuple(fc.shuffledSubarray(OWN), fc.array(secrets, { maxLength: 3 })).map((all) => all.flat()),
  fc.constant([...OWN, 'EVENTS', 'User']),
  fc.constant(OWN),
);
const good = fc.constantFrom('u_1', '2026-03-01T00:00:00Z', '1', 'train', '');
const lines = fc.array(fc.oneof(secrets, good, fc.constantFrom('"')), { maxLength: 7 });
const files = fc.record({
  heading: headings,
  lines: fc.array(lines, { maxLength: 25 }),
  lineBreak: fc.constantFrom('\n', '\r\n', '\0'),
});

test('whatever a file holds, an error repeats nothing of it but the names of the definition', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-spine-')));
  const path = join(folder, 'spine.csv');
  await forAllSlow(files, 300, async ({ heading, lines, lineBreak }) => {
    await writeFile(path, [heading, ...lines].map((fields) => fields.join(',')).join(lineBreak));
    const error = await readAll(path);
    if (error === undefined) return;
    expect(error).toBeInstanceOf(AsofError);
    const { message, details, cause } = error as AsofError;
    const shown = JSON.stringify([message, details, String(cause)]);
    expect(shown).not.toContain('§');
    for (const text of ['EVENTS', 'User', 'u_1']) expect(shown).not.toContain(text);
    expect(message.length).toBeLessThan(2_000);
  });
  await rm(folder, { recursive: true });
});

test('a spine is read to its end if its bytes have the hash that is expected, and refused otherwise', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-spine-')));
  const path = join(folder, 'spine.csv');
  const valid = [OWN, ['u_1', '2026-03-01T00:00:00Z', '1', 'train']]
    .map((row) => `${row.join(',')}\n`)
    .join('');
  const sha256 = createHash('sha256').update(valid).digest('hex');
  await writeFile(path, valid);
  expect(await readAll(path, sha256)).toBeUndefined();
  const planted = fc.array(fc.constantFrom('u_2,2026-03-01T00:00:00Z,0,train\n', '\n', '\r\n'), {
    minLength: 1,
  });
  await forAllSlow(planted, 50, async (rows) => {
    await writeFile(path, valid + rows.join(''));
    expect(await readAll(path)).toBeUndefined();
    expect(await readAll(path, sha256)).toMatchObject({ code: 'ASOF_SPINE_INVALID', kind: 'input' });
  });
  await rm(folder, { recursive: true });
});

async function readAll(path: string, sha256?: string): Promise<unknown> {
  try {
    for await (const part of readSpine(path, definition, { sha256 }))
      expect(part.rows.length).toBeGreaterThan(0);
    return undefined;
  } catch (error) {
    return error;
  }
}
