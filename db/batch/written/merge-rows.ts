import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import { assignExcluded, isBetween, matches } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { LONG_CHUNK_LENGTH } from '../../sql/hypertable.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf, referenceOf } from '../../sql/relations.ts';
import { microsExpression } from '../../sql/timestamp.ts';
import { differs } from '../../tables/feature-rows.ts';
import { STAGED, changingColumns, firstRows, identityOf, storedColumns } from './stage-rows.ts';

/** The relation with the current rows of a table. */
export function relationOf({ kind, name }: WrittenTable): Sql {
  return kind === 'external_table' ? featuresOf(name) : referenceOf(name);
}

/** The staged rows together. */
export interface Staged {
  readonly rows: number;
  readonly from: Instant;
  readonly to: Instant;
  /** The number of chunks that rows of an external table lie in. */
  readonly chunks: number;
}

/** Undefined if there is no staged row. */
export async function measureStaged(
  client: Client,
  { storedTime }: WrittenTable,
): Promise<Staged | undefined> {
  const time = ident(storedTime);
  const { rows } = await client.query<{ rows: number; from: string; to: string; chunks: number }>(sql`
    SELECT count(*)::float8 AS rows, ${raw(microsExpression(`min(${storedTime})`))} AS "from",
           ${raw(microsExpression(`max(${storedTime})`))} AS "to",
           count(DISTINCT time_bucket(interval '1 microsecond' * ${LONG_CHUNK_LENGTH}, ${time}, timestamptz 'epoch'))::int AS chunks
    FROM ${STAGED}`);
  const found = rows[0]!;
  return found.rows === 0 ? undefined : { ...found, from: BigInt(found.from), to: BigInt(found.to) };
}

/**
 * Makes the staged rows the current ones of their keys and moments. A changed row of an external table leaves
 * its previous version in the history table. An equal row stays as it is.
 *
 * @returns the number of new and changed rows.
 */
export async function mergeStaged(
  client: Client,
  table: WrittenTable,
  { from, to }: Staged,
  writeId: string,
): Promise<number> {
  const identity = identityOf(table);
  const changing = changingColumns(table);
  const stored = [...storedColumns(table), 'write_id'];
  const { rows } = await client.query<{ changed: number }>(sql`
    WITH incoming AS MATERIALIZED (
      SELECT ${names(storedColumns(table))}, ${writeId}::bigint AS write_id FROM (${firstRows(table)}) AS first
    ), superseded AS (
      ${table.kind === 'external_table' ? keepSuperseded() : raw('SELECT')}
    ), written AS (
      INSERT INTO ${relationOf(table)} AS stored (${names(stored)}) SELECT ${names(stored)} FROM incoming
      ON CONFLICT (${names(identity)}) DO UPDATE
      SET ${assignExcluded([...changing, 'write_id'])} WHERE ${differs('stored', 'excluded', changing)}
      RETURNING 1
    )
    SELECT count(*)::float8 AS changed FROM written`);
  return rows[0]!.changed;

  function keepSuperseded(): Sql {
    return sql`
      INSERT INTO ${historyOf(table.name)} (${names(stored)}, superseded_by)
      SELECT ${join(stored.map((column) => ident('stored', column)))}, ${writeId}::bigint
      FROM incoming JOIN ${featuresOf(table.name)} AS stored ON ${matches('stored', 'incoming', identity)}
        AND ${isBetween('stored', table.storedTime, [from, to])}
      WHERE ${differs('stored', 'incoming', changing)}`;
  }
}

function names(columns: readonly string[]): Sql {
  return join(columns.map((column) => ident(column)));
}
