import type { DuckDBConnection } from '@duckdb/node-api';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { candidatesOf } from './candidates.ts';
import { spineField } from './spine-table.ts';
import { literal, quoted } from './sql-text.ts';

/**
 * The name of the table with what the lookup at `index` found. Its columns: the spine row's number `n`, then
 * the features from `f0` on.
 */
export function foundTable(index: number): string {
  return `found_${index}`;
}

/**
 * The range that Postgres can store, in seconds since 1970. The bounds of the needed rows are rounded
 * outwards to whole seconds, widened by one second, and limited to this range.
 */
const [EARLIEST_SECOND, LATEST_SECOND] = [-200_000_000_000, 9_000_000_000_000];

/**
 * Writes what the lookup needs of the feature table to `path` as CSV. Each line holds the values of one key,
 * then the earliest and the latest time (in seconds since 1970) of the rows that the lookup can find for
 * this key.
 *
 * @returns the number of keys.
 */
export async function writeWantedKeys(
  connection: DuckDBConnection,
  plan: LookupPlan,
  columns: readonly SpineColumn[],
  path: string,
): Promise<number> {
  const { keys, moment } = spineFields(plan, columns);
  const earliest =
    plan.lookback === null
      ? `${EARLIEST_SECOND}`
      : `greatest(${EARLIEST_SECOND}, floor((min(${moment}) - ${plan.lookback}) / 1e6) - 1)`;
  const latest = `least(${LATEST_SECOND}, ceil((max(${moment}) - ${plan.availableAfter}) / 1e6) + 1)`;
  const written = await connection.run(`
    COPY (SELECT ${keys.join(', ')}, ${earliest}, ${latest} FROM spine GROUP BY ${keys.join(', ')})
    TO ${literal(path)} (FORMAT csv, HEADER false, FORCE_QUOTE (${keys.map((key) => quoted(key)).join(', ')}))`);
  return written.rowsChanged;
}

/** The times of the rows that a lookup can find for any row of the spine, in microseconds since 1970; both included. */
export async function wantedSpan(
  connection: DuckDBConnection,
  plan: LookupPlan,
  columns: readonly SpineColumn[],
): Promise<{ readonly earliest: bigint; readonly latest: bigint }> {
  const { moment } = spineFields(plan, columns);
  const read = await connection.runAndReadAll(`SELECT min(${moment}), max(${moment}) FROM spine`);
  const [first, last] = read.getRows()[0] as [bigint | null, bigint | null];
  return {
    earliest: plan.lookback === null ? -(2n ** 63n) : (first ?? 0n) - plan.lookback,
    latest: (last ?? 0n) - plan.availableAfter,
  };
}

/** A lookup to join to the spine. */
export interface AsOfJoin {
  /** The lookup's position among those of the training set; it names the result table. */
  readonly index: number;
  readonly plan: LookupPlan;
  /** The spine's columns. */
  readonly columns: readonly SpineColumn[];
  /** Whether the candidates have superseded versions, which do not count. */
  readonly hasVersions: boolean;
  /** The relation with the spine rows. Omitted: all of them. */
  readonly rows?: string;
  /** The table to make. Omitted: {@link foundTable}. */
  readonly into?: string;
}

/**
 * Joins each spine row with the newest of its candidates that is visible at the spine row's
 * observation timestamp and within the lookback. The result goes to the table {@link foundTable}; spine rows
 * without a match are not in it.
 *
 * It sorts numbers alone, one for each key and the time, to find the time of the row that counts; then it fetches that
 * row's features. To sort keys and features as they are takes longer, and much more memory.
 *
 * @returns the number of spine rows with a match.
 */
export async function joinAsOf(
  connection: DuckDBConnection,
  { index, plan, columns, hasVersions, rows = 'spine', into = foundTable(index) }: AsOfJoin,
): Promise<number> {
  const { keys, moment } = spineFields(plan, columns);
  const [numbered, chosen] = [`keys_of_${into}`, `chosen_of_${into}`];
  const isOf = (relation: string, fields: readonly string[]): string =>
    fields.map((field, at) => `${relation}.${field} = numbered.k${at}`).join(' AND ');
  const ofKeys = `JOIN ${numbered} AS numbered ON ${isOf(
    'candidate',
    plan.primaryKeys.map((_, at) => `k${at}`),
  )}`;
  const current = `${candidatesOf(index)} AS candidate ${ofKeys}${hasVersions ? ' WHERE superseded IS NULL' : ''}`;
  const lookback = plan.lookback === null ? '' : `WHERE feature.ts > spine.moment - ${plan.lookback}`;
  await connection.run(`
    CREATE TABLE ${numbered} AS
    SELECT ${keys.map((key, at) => `${key} AS k${at}`).join(', ')}, (row_number() OVER ())::INTEGER AS key
    FROM ${rows} GROUP BY ${keys.join(', ')}`);
  await connection.run(`
    CREATE TABLE ${chosen} AS
    SELECT spine.n, spine.key, feature.ts
    FROM (SELECT n, key, ${moment} AS moment FROM ${rows} AS given JOIN ${numbered} AS numbered ON ${isOf('given', keys)}) AS spine
      ASOF JOIN (SELECT key, ts FROM ${current}) AS feature
      ON spine.key = feature.key AND spine.moment - ${plan.availableAfter} >= feature.ts
    ${lookback}`);
  await connection.run(`
    CREATE TABLE ${into} AS
    SELECT chosen.n, ${foundFields(plan).join(', ')}
    FROM ${chosen} AS chosen JOIN (SELECT key, candidate.* FROM ${current}) AS feature USING (key, ts)`);
  await connection.run(`DROP TABLE ${numbered}; DROP TABLE ${chosen}`);
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${into}`);
  return counted.getRows()[0]![0] as number;
}

/**
 * Counts the different keys of the spine for which {@link joinAsOf} found a row in one of some lookups.
 *
 * @param plan one of the lookups, which have the same keys of the spine.
 * @param indexes the positions of the lookups.
 */
export async function countMatchedKeys(
  connection: DuckDBConnection,
  plan: LookupPlan,
  columns: readonly SpineColumn[],
  indexes: readonly number[],
): Promise<number> {
  const keys = spineFields(plan, columns).keys.join(', ');
  const matched = indexes.map((index) => `SELECT n FROM ${foundTable(index)}`).join(' UNION ALL ');
  const counted = await connection.runAndReadAll(`
    SELECT count(*)::DOUBLE FROM (SELECT DISTINCT ${keys} FROM spine WHERE n IN (${matched}))`);
  return counted.getRows()[0]![0] as number;
}

/** The features of a row of the relation `feature`, from `f0` on. DuckDB counts the elements of a list from 1. */
export function foundFields(plan: LookupPlan): string[] {
  let exported = -1;
  return plan.features.map(({ vector }, at) => {
    if ((vector?.component ?? 0) === 0) exported += 1;
    return `feature.e${exported}${vector ? `[${vector.component + 1}]` : ''} AS f${at}`;
  });
}

export function spineFields({ lookupKeys }: LookupPlan, columns: readonly SpineColumn[]) {
  const fieldOf = (name: string): string => spineField(columns.findIndex((column) => column.name === name));
  return {
    keys: lookupKeys.map(fieldOf),
    moment: spineField(columns.findIndex(({ role }) => role === 'timestamp')),
  };
}
