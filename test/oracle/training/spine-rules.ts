import { createHash } from 'node:crypto';

/** A row of a spine with one key. The moment is in microseconds since 1970. */
export interface RuledRow {
  readonly user: string;
  readonly moment: bigint;
  readonly label: number;
}

type Splits = readonly (string | null)[];

/** The number between 0 and 1 that a hash of some texts is: its first 52 bits. */
export function hashShare(purpose: string, seed: number, texts: readonly string[]): number {
  const hash = createHash('sha256').update([purpose, seed, ...texts].join('/'));
  return parseInt(hash.digest('hex').slice(0, 13), 16) / 2 ** 52;
}

export function splitByTime(row: RuledRow, valFrom: bigint, testFrom: bigint): string {
  return row.moment < valFrom ? 'train' : row.moment < testFrom ? 'val' : 'test';
}

export function splitByHash(row: RuledRow, seed: number, train: number, val: number): string {
  const share = hashShare('split', seed, [row.user]);
  return share < train ? 'train' : share < train + val ? 'val' : 'test';
}

/** How many users are in both splits. */
export function usersInBoth(rows: readonly RuledRow[], splits: Splits, one: string, other: string): number {
  const usersOf = (split: string) =>
    new Set(rows.filter((_, at) => splits[at] === split).map(({ user }) => user));
  return [...usersOf(one)].filter((user) => usersOf(other).has(user)).length;
}

/** How many rows of one split are later than the first row of another. */
export function rowsBehind(rows: readonly RuledRow[], splits: Splits, one: string, other: string): number {
  const first = rows
    .filter((_, at) => splits[at] === other)
    .map(({ moment }) => moment)
    .sort(compare)[0];
  return rows.filter(({ moment }, at) => splits[at] === one && first !== undefined && moment > first).length;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
