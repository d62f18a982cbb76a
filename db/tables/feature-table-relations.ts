import { createHash } from 'node:crypto';
import sql, { type Sql, join, raw } from 'sql-template-tag';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type { EventSourceDefinition, FeatureTableDefinition } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { hasTable } from '../sql/has-table.ts';
import { CHUNK, LONG_CHUNK, makeHypertable } from '../sql/hypertable.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';

/**
 * Makes the relations of a feature table: its rows and their superseded versions. Existing ones stay.
 *
 * @param source the event source of the table; undefined for an external table.
 * @param own the columns, with their types, that Asof adds to those of every feature table.
 */
export async function ensureFeatureRows(
  client: Client,
  table: FeatureTableDefinition,
  source: EventSourceDefinition | undefined,
  own: readonly Sql[] = [],
): Promise<void> {
  const { name, primaryKeys } = table;
  const keys = join(primaryKeys.map((key) => ident(key)));
  const columns = join([
    ...primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`),
    sql`feature_ts timestamptz NOT NULL`,
    ...own,
    ...[...featureTypes(table, source)].map(([feature, type]) => column(feature, FEATURE_COLUMNS[type])),
    sql`write_id bigint NOT NULL`,
  ]);
  const isNew = !(await hasTable(client, 'features', name));
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${featuresOf(name)} (${columns}, PRIMARY KEY (${keys}, feature_ts))`);
  const chunk = table.kind === 'external_table' ? LONG_CHUNK : CHUNK;
  await makeHypertable(client, featuresOf(name), 'feature_ts', chunk);
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${historyOf(name)} (
      ${columns},
      superseded_by bigint NOT NULL,
      PRIMARY KEY (${keys}, feature_ts, superseded_by)
    )`);
  await makeHypertable(client, historyOf(name), 'feature_ts', chunk);
  if (isNew) await indexByWrite(client, name);
}

/**
 * Makes the indexes by which the rows of a write are found, and the versions that it superseded. They cost writers
 * little. Made later, they would lock all chunks at once; without them, a mirror is brought up to date by reading all
 * rows.
 */
async function indexByWrite(client: Client, table: string): Promise<void> {
  const index = ident(`by_write_${createHash('md5').update(table).digest('hex')}`);
  await client.query(sql`
    CREATE INDEX ${index} ON ${featuresOf(table)} USING brin (write_id) WITH (autosummarize = on)`);
  await client.query(sql`
    CREATE INDEX ${index} ON ${historyOf(table)} USING brin (superseded_by) WITH (autosummarize = on)`);
}

function column(name: string, type: string): Sql {
  return sql`${ident(name)} ${raw(type)}`;
}
