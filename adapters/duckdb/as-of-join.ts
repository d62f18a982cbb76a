import type { DuckDBConnection } from '@duckdb/node-api';
import type { FeatureType } from '../../domain/registry/definition.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { spineField } from './spine-table.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from './sql-text.ts';

const TYPES: Record<FeatureType, string> = {
  bigint: 'BIGINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
};

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

/** A lookup to join to the spine. */
export interface AsOfJoin {
  /** The lookup's position among those of the training set; it names the result table. */
  readonly index: number;
  readonly plan: LookupPlan;
  /** The spine's columns. */
  readonly columns: readonly SpineColumn[];
  /** The feature table's rows that `db/training/export-features.ts` wrote. */
  readonly exported: { readonly path: string; readonly longestRow: number };
}

/**
 * Joins each spine row with the newest row of the feature table that is visible at the spine row's
 * observation timestamp and within the lookback. The result goes to the table {@link foundTable}; spine rows
 * without a match are not in it.
 *
 * @returns the number of spine rows with a match.
 */
export async function joinAsOf(
  connection: DuckDBConnection,
  { index, plan, columns, exported }: AsOfJoin,
): Promise<number> {
  const { keys, moment } = spineFields(plan, columns);
  const fields = plan.features.map((_, at) => `f${at}`);
  const isSameKey = keys.map((key, at) => `spine.${key} = feature.k${at}`).join(' AND ');
  const lookback = plan.lookback === null ? '' : `WHERE feature.ts > spine.${moment} - ${plan.lookback}`;
  await connection.run(`
    CREATE TABLE ${foundTable(index)} AS
    SELECT spine.n, ${fields.map((field) => `feature.${field}`).join(', ')}
    FROM spine ASOF JOIN ${featureRows(plan, exported)} AS feature
      ON ${isSameKey} AND spine.${moment} - ${plan.availableAfter} >= feature.ts
    ${lookback}`);
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${foundTable(index)}`);
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

/** What DuckDB reads at once by default, in bytes, and the longest row that it takes by default. */
const [BUFFER, LONGEST_ROW] = [32_000_000, 2_000_000];

/**
 * An SQL expression that reads the exported rows. An empty field is null, and `""` is the empty text. The
 * parallel reader is off because it can misread quoted line breaks. The buffer holds a row as long as the
 * longest.
 */
function featureRows(
  { primaryKeys, features }: LookupPlan,
  { path, longestRow }: AsOfJoin['exported'],
): string {
  const columns = [
    ...primaryKeys.map((_, at) => `'k${at}': 'VARCHAR'`),
    `'ts': 'BIGINT'`,
    ...features.map(({ type }, at) => `'f${at}': '${TYPES[type]}'`),
  ];
  const dialect = `delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false`;
  const longest = Math.max(LONGEST_ROW, longestRow);
  const sizes = `max_line_size = ${longest}, buffer_size = ${Math.max(BUFFER, longest)}`;
  return `read_csv(${pathToRead(path)}, header = false, auto_detect = false, parallel = false, ${dialect},
    compression = 'none', ${NOTHING_FROM_THE_PATH}, ${sizes}, columns = {${columns.join(', ')}})`;
}

function spineFields({ lookupKeys }: LookupPlan, columns: readonly SpineColumn[]) {
  const fieldOf = (name: string): string => spineField(columns.findIndex((column) => column.name === name));
  return {
    keys: lookupKeys.map(fieldOf),
    moment: spineField(columns.findIndex(({ role }) => role === 'timestamp')),
  };
}
