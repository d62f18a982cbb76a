import sql, { join, raw } from 'sql-template-tag';
import type { ReferenceTableDefinition } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { FIELD_COLUMNS } from '../sql/column-types.ts';
import { ident } from '../sql/identifier.ts';
import { referenceOf } from '../sql/relations.ts';
import { ensureFeatureRows } from '../tables/feature-table-relations.ts';
import { checkBatchQuery } from './check-batch-query.ts';
import { type Batch, isQueriedBatch, isTiledBatch } from './load-batch.ts';
import { grantReads } from './queries/query-rights.ts';
import { ensureDayTiles } from './tiles/tile-relation.ts';

/** Makes a reference table, or adds the columns that it lacks. */
export async function ensureReferenceTable(
  client: Client,
  { name, primaryKeys, fields }: ReferenceTableDefinition,
): Promise<void> {
  const columns = fields.map(
    (field) =>
      sql`${ident(field.name)} ${raw(FIELD_COLUMNS[field.type])} ${raw(field.required ? 'NOT NULL' : '')}`,
  );
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${referenceOf(name)} (
      ${join(columns)},
      valid_from timestamptz NOT NULL,
      write_id bigint NOT NULL,
      PRIMARY KEY (${join(primaryKeys.map((key) => ident(key)))}, valid_from)
    )`);
  await client.query(sql`
    ALTER TABLE ${referenceOf(name)} ${join(columns.map((column) => sql`ADD COLUMN IF NOT EXISTS ${column}`))}`);
}

/**
 * Makes the relations of a batch table: its rows, their superseded versions, and its tiles if it has some. The
 * relations that its query reads must exist, and the role of batch queries too.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query cannot be used, or has other columns than the
 * definition.
 */
export async function ensureBatchTable(client: Client, batch: Batch): Promise<void> {
  await grantReads(client, batch);
  if (isQueriedBatch(batch)) await checkBatchQuery(client, batch);
  if (isTiledBatch(batch)) await ensureDayTiles(client, batch.table);
  await ensureFeatureRows(client, batch.table, batch.source);
}
