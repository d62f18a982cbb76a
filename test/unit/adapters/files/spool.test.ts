import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spooled } from '../../../../adapters/files/spool.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asof-spool-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('gives the bytes as they came, as often as they are read, and leaves nothing in the folder', async () => {
  const long = Buffer.alloc(300_000, 'long');
  const given = [Buffer.from('one'), Buffer.alloc(0), long];
  const came = async function* (): AsyncGenerator<Buffer> {
    for (const chunk of given) {
      yield chunk;
      expect(await readdir(folder)).toEqual([]);
    }
  };
  await spooled(came(), async (spool) => {
    for (let time = 0; time < 2; time += 1) {
      const read: Buffer[] = [];
      for await (const chunk of spool.read()) read.push(chunk);
      expect(Buffer.concat(read).equals(Buffer.concat(given))).toBe(true);
    }
    for await (const _ of spool.read()) break;
    expect(await readdir(folder)).toEqual([]);
  });
});

test('runs no work on bytes that do not come to their end', async () => {
  const work = vi.fn();
  const ending = async function* (): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from('one'));
    throw new Error('the producer is gone');
  };
  await expect(spooled(ending(), work)).rejects.toThrow('the producer is gone');
  expect(work).not.toHaveBeenCalled();
});
