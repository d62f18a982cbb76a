import sql, { type Sql, join, raw } from 'sql-template-tag';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type { EventSourceDefinition, FeatureTableDefinition } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
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
}

function column(name: string, type: string): Sql {
  return sql`${ident(name)} ${raw(type)}`;
}
