import { createHash, randomUUID } from 'node:crypto';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import { doubleJson, isNoName } from '../../../domain/log/json/double-json.ts';
import { type GivenRows, ROWS_PER_GROUP } from './given-rows.ts';

/** Objects of a program, each read as its JSON. */
export function rowsOfProgram(rows: Iterable<object> | AsyncIterable<object>): GivenRows {
  const hash = createHash('sha256');
  return {
    place: 'row',
    isTextOnly: false,
    groups: inGroups(rows, (json) => hash.update(json).update('\n')),
    origin: () => ({ name: 'rows', sha256: hash.digest('hex') }),
  };
}

async function* inGroups(
  rows: Iterable<object> | AsyncIterable<object>,
  onRow: (json: Uint8Array) => void,
): AsyncGenerator<readonly GivenRow[]> {
  let group: GivenRow[] = [];
  let at = 0;
  for await (const row of rows) {
    at += 1;
    const json = Buffer.from(exactJson(row));
    onRow(json);
    group.push({ at, json });
    if (group.length < ROWS_PER_GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}

/** No text of a row holds it: it is made anew in each process. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** The JSON of an object, in which numbers are those of the object: `JSON.stringify` makes nulls of NaN and infinities. */
function exactJson(row: object): string {
  let isMarked = false;
  const json = JSON.stringify(row, (_, value: unknown) => {
    if (typeof value === 'bigint') return exactly(value);
    if (typeof value !== 'number' || !isNoName(value)) return value;
    isMarked = true;
    return `${MARK}${doubleJson(value)}`;
  }) as string | undefined;
  return isMarked ? json!.replaceAll(MARKED, '$1') : (json ?? 'null');
}

/** Whole numbers beyond 2^53 become texts of their digits. */
function exactly(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
