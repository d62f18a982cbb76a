import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLines, splitLines } from '../../../../adapters/files/lines.ts';
import { chunks, collect } from '../../client/stream/import/file.ts';

const folder = mkdtempSync(join(tmpdir(), 'asof-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('splitting into lines', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\nbc\n', ['a', 'bc']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
    ['\n\na long line that spans many chunks\n\nz', ['', '', 'a long line that spans many chunks', '', 'z']],
    ['ü€😀\u2028\u0085\n', ['ü€😀\u2028\u0085']],
  ])('%j', async (text, expected) => {
    for (const size of [1, 2, 3, 7, 1_000]) {
      const lines = await collect(splitLines(chunks(Buffer.from(text), size)));
      expect(lines.map(String)).toEqual(expected);
    }
  });

  it('leaves bytes that are not text unchanged', async () => {
    const [line] = await collect(splitLines(chunks(Buffer.from([0xff, 0x00, 0xfe, 0x0a]))));
    expect(line).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
  });
});

describe('reading a file', () => {
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, 'line\n'.repeat(100_000));

  it('returns all lines', async () => {
    expect(await collect(readLines(path))).toHaveLength(100_000);
  });

  it('ends when its signal is aborted', async () => {
    const stop = new AbortController();
    let count = 0;
    for await (const _ of readLines(path, stop.signal)) if (++count === 1_000) stop.abort();
    expect(count).toBeLessThan(100_000);
    expect(await collect(readLines(path, stop.signal))).toEqual([]);
  });

  it('names the file that it cannot read', async () => {
    const missing = collect(readLines(join(folder, 'missing')));
    await expect(missing).rejects.toMatchObject({
      code: 'ASOF_FILE_UNREADABLE',
      message: expect.stringMatching(/missing.*ENOENT/) as string,
    });
    await expect(collect(readLines(folder))).rejects.toMatchObject({ code: 'ASOF_FILE_UNREADABLE' });
  });
});
