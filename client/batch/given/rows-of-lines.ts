import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isBlank, withoutMark } from '../../../adapters/files/first-bytes.ts';
import { readBytes, splitLines } from '../../../adapters/files/lines.ts';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import { type GivenRows, ROWS_PER_GROUP } from './given-rows.ts';
import { hashed } from './hashed.ts';

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
    const json = at === 1 ? withoutMark(line) : line;
    if (!isBlank(json)) group.push({ at, json });
    if (group.length < ROWS_PER_GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}
