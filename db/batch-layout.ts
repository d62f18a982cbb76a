import sql, { join, raw } from 'sql-template-tag';
import type { ReferenceTableDefinition } from '../domain/definition.ts';
import { checkBatchQuery, FEATURE_COLUMNS } from './batch-check.ts';
import type { Batch } from './batch-registry.ts';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';
import { COLUMN_TYPES, makeHypertable } from './layout.ts';
import { featuresOf, historyOf, referenceOf } from './relations.ts';

/** Makes a reference table, or adds the columns it lacks. */
export async function ensureReferenceTable(
  client: Client,
  { name, primaryKeys, fields }: ReferenceTableDefinition,
): Promise<void> {
  const columns = fields.map(
    (field) =>
      sql`${ident(field.name)} ${raw(COLUMN_TYPES[field.type])} ${raw(field.required ? 'NOT NULL' : '')}`,
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
 * Makes the relations of a batch table: its rows, and their superseded versions. What its query reads must exist.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query cannot be used, or gives other columns.
 */
export async function ensureBatchTable(client: Client, batch: Batch): Promise<void> {
  await checkBatchQuery(client, batch);
  const { name, primaryKeys, features } = batch.table;
  const keys = join(primaryKeys.map((key) => ident(key)));
  const rowColumns = sql`
    ${join(primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`))},
    feature_ts timestamptz NOT NULL,
    ${join(features.map((feature) => sql`${ident(feature.name)} ${raw(FEATURE_COLUMNS[feature.type])}`))},
    write_id bigint NOT NULL`;
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${featuresOf(name)} (${rowColumns}, PRIMARY KEY (${keys}, feature_ts))`);
  await makeHypertable(client, featuresOf(name), 'feature_ts');
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${historyOf(name)} (
      ${rowColumns},
      superseded_by bigint NOT NULL,
      PRIMARY KEY (${keys}, feature_ts, superseded_by)
    )`);
  await makeHypertable(client, historyOf(name), 'feature_ts');
}
