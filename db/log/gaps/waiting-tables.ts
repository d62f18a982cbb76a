import sql from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Queryable } from '../../sql/client.ts';

/** The names of the tables of a source that have not joined it yet, since fields that they read are being filled. */
export async function waitingTables(db: Queryable, source: string): Promise<Set<string>> {
  const { rows } = await db.query<{ table: string }>(sql`
    SELECT feature_table AS "table" FROM asof.table_fills WHERE source = ${source} AND awaits_fields`);
  return new Set(rows.map(({ table }) => table));
}

/** The error of a table that waits for fields. */
export function stillWaiting({
  table,
  source,
}: {
  readonly table: string;
  readonly source: string;
}): AsofError {
  return new AsofError(
    'ASOF_TABLE_NOT_FILLED',
    `'${table}' reads fields that '${source}' gained after it had been read, and they are still being filled from Kafka; the table joins after that. ` +
      `Wait for the stream of the source, which does both; how far the fields are says: npx asof stream fields ${source}`,
    { details: { table, source } },
  );
}
