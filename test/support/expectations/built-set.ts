import { readFile } from 'node:fs/promises';
import type { Pool } from '../../../db/sql/client.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { OracleProduct, OracleUser } from '../../oracle/batch.ts';
import { type ShopKnowledge, type UserHistory, churnFeatures } from '../../oracle/churn.ts';
import { MINUTE } from '../../oracle/log.ts';
import type { Oracle } from '../../oracle/oracle.ts';
import { parseMicros } from '../../oracle/time.ts';
import type { Value } from '../../oracle/training-set.ts';
import { readParquetFile } from '../projects/training-set.ts';
import { scriptHash } from './script-hash.ts';

const DAY = 24n * 60n * MINUTE;

/** The rows of the reference tables. */
export interface Reference {
  readonly users: readonly OracleUser[];
  readonly products: readonly OracleProduct[];
}

/** The files of a built training set and of its spine, from the registry. */
export interface BuiltSet {
  readonly path: string;
  readonly spine: string;
  readonly sha256: string;
}

export async function builtSet(pool: Pool, id: string): Promise<BuiltSet> {
  const { rows } = await pool.query<{ path: string; sha256: string; manifest: TrainingSetManifest }>(
    'SELECT path, sha256, manifest FROM asof.training_sets WHERE id = $1',
    [id],
  );
  const { path, sha256, manifest } = rows[0]!;
  return { path, sha256, spine: manifest.spine.path };
}

/** A built set, read from its file. */
export interface ReadSet {
  /** Its columns, in order. */
  readonly columns: readonly string[];
  readonly rows: readonly Value[][];
  /** The rows that differ from what a brute-force lookup gives, and the number of rows if that differs. */
  readonly differences: readonly string[];
}

/**
 * Reads a built set, and compares each row with a brute-force lookup in the rows that the oracle computes from
 * the topic's log, and its hash with the one that the Python script of the docs takes.
 */
export async function readBuiltSet(
  { path, spine, sha256 }: BuiltSet,
  expected: Oracle,
  reference: Reference,
): Promise<ReadSet> {
  const [, ...observations] = await readSpine(spine);
  const { types, rows } = await readParquetFile(path);
  const moments = observations.map(([, , timestamp]) => parseMicros(timestamp!)!);
  const featuresAt = featuresOf(expected, { ...reference, times: midnights(moments) });
  const differences = observations.flatMap(([user_id, label, , split], index) => {
    const moment = moments[index]!;
    const wanted = show([user_id!, Number(label), moment, split!, ...featuresAt(user_id!, moment)]);
    const got = rows[index] ? show(rows[index]) : 'none';
    return wanted === got ? [] : [`row ${index}: expected ${wanted}\n     got ${got}`];
  });
  if (rows.length !== observations.length)
    differences.push(`expected ${observations.length} rows, got ${rows.length}`);
  const ofScript = await scriptHash(path);
  if (ofScript !== sha256) differences.push(`the script of the docs hashes the file as ${ofScript}`);
  return { columns: Object.keys(types), rows, differences };
}

/** The features of any user as of any moment, by brute force. */
export function featuresOf(
  expected: Oracle,
  knowledge: ShopKnowledge,
): (user_id: string, moment: bigint) => Value[] {
  const histories = historiesOf(expected);
  const known = new Map<string, (moment: bigint) => Value[]>();
  return (user_id, moment) => {
    const history = histories.get(user_id) ?? { user_id, events: [], windows: [] };
    const of = known.get(user_id) ?? churnFeatures(history, knowledge);
    known.set(user_id, of);
    return of(moment);
  };
}

/** The fields of each line of a CSV file without quotes. */
export async function readSpine(path: string): Promise<string[][]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => line.trim().split(','));
}

/** Every midnight from the first observation's day to the last's. */
export function midnights(moments: readonly bigint[]): bigint[] {
  const days = moments.map((moment) => moment / DAY).sort((a, b) => Number(a - b));
  const [first, last] = [days[0]!, days.at(-1)!];
  return Array.from({ length: Number(last - first) + 1 }, (_, day) => (first + BigInt(day)) * DAY);
}

function historiesOf({ raw, windows }: Oracle): Map<string, UserHistory> {
  const histories = new Map<
    string,
    { user_id: string; events: (typeof raw)[number][]; windows: UserHistory['windows'][number][] }
  >();
  for (const event of raw) {
    const { user_id } = event;
    const history = histories.get(user_id) ?? { user_id, events: [], windows: [] };
    history.events.push(event);
    histories.set(user_id, history);
  }
  for (const window of windows.values()) histories.get(window.user_id)!.windows.push(window);
  return histories;
}

/** Values as text that can be compared. */
export function show(row: readonly Value[]): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}
