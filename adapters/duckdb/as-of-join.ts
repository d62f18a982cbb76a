import type { DuckDBConnection } from '@duckdb/node-api';
import type { FeatureType } from '../../domain/registry/definition.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { spineField } from './spine-table.ts';
import { literal, quoted } from './sql-text.ts';

const TYPES: Record<FeatureType, string> = { bigint: 'BIGINT', double: 'DOUBLE', string: 'VARCHAR' };

/** The table that holds what the look-up at `index` found: the spine row's number `n`, then its features, `f0` onwards. */
export function foundTable(index: number): string {
  return `found_${index}`;
}

/** Moments between which rows are needed lie in whole seconds, a second wider, and within what Postgres can hold. */
const [EARLIEST_SECOND, LATEST_SECOND] = [-200_000_000_000, 9_000_000_000_000];

/**
 * Writes what the look-up needs of the feature table as CSV: keys, and between which times (in seconds since 1970)
 * the rows that it could find lie.
 */
export async function writeWantedKeys(
  connection: DuckDBConnection,
  plan: LookupPlan,
  columns: readonly SpineColumn[],
  path: string,
): Promise<void> {
  const { keys, moment } = spineFields(plan, columns);
  const earliest =
    plan.lookback === null
      ? `${EARLIEST_SECOND}`
      : `greatest(${EARLIEST_SECOND}, floor((min(${moment}) - ${plan.lookback}) / 1e6) - 1)`;
  const latest = `least(${LATEST_SECOND}, ceil((max(${moment}) - ${plan.availableAfter}) / 1e6) + 1)`;
  await connection.run(`
    COPY (SELECT ${keys.join(', ')}, ${earliest}, ${latest} FROM spine GROUP BY ${keys.join(', ')})
    TO ${literal(path)} (FORMAT csv, HEADER false, FORCE_QUOTE (${keys.map((key) => quoted(key)).join(', ')}))`);
}

/**
 * For each row of the spine the newest row of the feature table that is visible as of its moment and not too old;
 * rows of the spine that have none are left out. `path` is the CSV that `db/training/export-features.ts` wrote.
 *
 * @returns for how many rows of the spine one was found.
 */
export async function joinAsOf(
  connection: DuckDBConnection,
  index: number,
  plan: LookupPlan,
  columns: readonly SpineColumn[],
  path: string,
): Promise<number> {
  const { keys, moment } = spineFields(plan, columns);
  const fields = plan.features.map((_, at) => `f${at}`);
  const isSameKey = keys.map((key, at) => `spine.${key} = feature.k${at}`).join(' AND ');
  const lookback = plan.lookback === null ? '' : `WHERE feature.ts > spine.${moment} - ${plan.lookback}`;
  await connection.run(`
    CREATE TABLE ${foundTable(index)} AS
    SELECT spine.n, ${fields.map((field) => `feature.${field}`).join(', ')}
    FROM spine ASOF JOIN ${featureRows(plan, path)} AS feature
      ON ${isSameKey} AND spine.${moment} - ${plan.availableAfter} >= feature.ts
    ${lookback}`);
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${foundTable(index)}`);
  return counted.getRows()[0]![0] as number;
}

/** An unquoted nothing is null, `""` is the empty text. Quoted line breaks can mislead the parallel reader. */
function featureRows({ primaryKeys, features }: LookupPlan, path: string): string {
  const columns = [
    ...primaryKeys.map((_, at) => `'k${at}': 'VARCHAR'`),
    `'ts': 'BIGINT'`,
    ...features.map(({ type }, at) => `'f${at}': '${TYPES[type]}'`),
  ];
  const dialect = `delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false`;
  return `read_csv(${literal(path)}, header = false, auto_detect = false, parallel = false, ${dialect},
    columns = {${columns.join(', ')}})`;
}

function spineFields({ lookupKeys }: LookupPlan, columns: readonly SpineColumn[]) {
  const fieldOf = (name: string): string => spineField(columns.findIndex((column) => column.name === name));
  return {
    keys: lookupKeys.map(fieldOf),
    moment: spineField(columns.findIndex(({ role }) => role === 'timestamp')),
  };
}
