import { createHash } from 'node:crypto';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
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
    const json = Buffer.from(JSON.stringify(row, exactly) ?? 'null');
    onRow(json);
    group.push({ at, json });
    if (group.length < ROWS_PER_GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}

/**
 * Keeps what JSON would lose: NaN and infinities, of which it makes null, become texts, which no number column
 * takes. Whole numbers beyond 2^53 become texts of their digits.
 */
function exactly(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
