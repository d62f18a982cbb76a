import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inParts } from '../../../../../db/batch/queries/in-parts.ts';
import { forAllSlow } from '../../../support/for-all.ts';

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes)));

test('parts are the chunks in their order, whole, and each but the last is as large as it should be', async () => {
  await forAllSlow(
    fc.record({ chunks, bytes: fc.integer({ min: 1, max: 50 }) }),
    200,
    async ({ chunks: given, bytes }) => {
      const parts: Buffer[][] = [];
      for await (const part of inParts(from(given), { bytes })) parts.push(part);
      expect(parts.flat()).toEqual(given);
      for (const part of parts.slice(0, -1)) {
        const sizes = part.map(({ length }) => length);
        const sum = sizes.reduce((all, size) => all + size, 0);
        expect(sum).toBeGreaterThanOrEqual(bytes);
        expect(sum - sizes.at(-1)!).toBeLessThan(bytes);
      }
    },
  );
});

test('while chunks do not come there are empty parts, and a slow chunk does not wait for others', async () => {
  const parts: number[] = [];
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  for await (const part of inParts(slowly(held), { silence: 5 })) {
    parts.push(part.length);
    if (parts.length === 4) release!();
  }
  expect(parts[0]).toBe(1);
  expect(parts.slice(1, 4)).toEqual([0, 0, 0]);
  expect(parts.reduce((all, count) => all + count, 0)).toBe(2);
});

test('a failure of the chunks is thrown after what came before it, also while a part is in use', async () => {
  const failure = new Error('the query fails');
  const failing = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
    await Promise.reject(failure);
  };
  const seen: string[] = [];
  const reading = (async () => {
    for await (const part of inParts(failing(), { bytes: 1 })) {
      seen.push(String(Buffer.concat(part)));
      await delay(1);
    }
  })();
  await expect(reading).rejects.toBe(failure);
  expect(seen).toEqual(['a']);
});

async function* from(given: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of given) yield await Promise.resolve(chunk);
}

async function* slowly(held: Promise<void>): AsyncGenerator<Buffer> {
  yield Buffer.from('a');
  await held;
  yield Buffer.from('b');
}
