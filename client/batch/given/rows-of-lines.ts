import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { readBytes, splitLines } from '../../../adapters/files/lines.ts';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import { type GivenRows, ROWS_PER_GROUP } from './given-rows.ts';
import { hashed } from './hashed.ts';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The rows of a file with one JSON object a line; of standard input for `-`. Blank lines are none. */
export function rowsOfLines(path: string): GivenRows {
  const hash = createHash('sha256');
  return {
    place: 'line',
    isTextOnly: false,
    groups: inGroups(splitLines(hashed(readBytes(path), hash))),
    origin: () => ({ name: basename(path), sha256: hash.digest('hex') }),
  };
}

async function* inGroups(lines: AsyncIterable<Buffer>): AsyncGenerator<readonly GivenRow[]> {
  let group: GivenRow[] = [];
  let at = 0;
  for await (const line of lines) {
    at += 1;
    const json = at === 1 && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? line.subarray(3) : line;
    if (!isBlank(json)) group.push({ at, json });
    if (group.length < ROWS_PER_GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}

/** Whether a line has spaces, tabs and carriage returns alone. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
