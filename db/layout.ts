import sql, { join, raw, type Sql } from 'sql-template-tag';
import {
  isAggregate,
  type EventSourceDefinition,
  type FeatureDefinition,
  type FieldType,
  type StreamTableDefinition,
} from '../domain/definition.ts';
import { relationName } from '../schemas/definition-set.ts';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';
import { featuresOf, historyOf, rawEvents, tilesOf } from './relations.ts';

/** The SQL types of fields. */
export const COLUMN_TYPES: Record<FieldType, string> = {
  string: 'text',
  double: 'double precision',
  timestamp: 'timestamptz',
};

/** Makes the raw event table of a source, or adds the columns it lacks. */
export async function ensureRawEvents(client: Client, source: EventSourceDefinition): Promise<void> {
  const relation = rawEvents(source);
  const columns = source.fields.map(
    ({ name, type, required }) =>
      sql`${ident(name)} ${raw(COLUMN_TYPES[type])} ${raw(required ? 'NOT NULL' : '')}`,
  );
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${relation} (
      ${join(columns)},
      kafka_partition integer NOT NULL,
      kafka_offset bigint NOT NULL,
      kafka_ts timestamptz NOT NULL,
      watermark timestamptz,
      write_id bigint NOT NULL
    )`);
  const additions = columns.map((column) => sql`ADD COLUMN IF NOT EXISTS ${column}`);
  await client.query(sql`ALTER TABLE ${relation} ${join(additions)}`);
  await makeHypertable(client, relation, source.eventTime);
  await client.query(sql`
    CREATE INDEX IF NOT EXISTS ${ident(`${relationName(source)}_by_time`)} ON ${relation} (${ident(source.eventTime)})`);
}

/** Makes the relations of a stream table: its tiles, its rows, and their superseded versions. */
export async function ensureStreamTable(
  client: Client,
  table: StreamTableDefinition,
  source: EventSourceDefinition,
): Promise<void> {
  const keys = join(table.primaryKeys.map((key) => ident(key)));
  const keyColumns = join(table.primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`));
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${tilesOf(table.name)} (
      ${keyColumns},
      tile_start timestamptz NOT NULL,
      admitted_from timestamptz NOT NULL,
      partials jsonb NOT NULL,
      PRIMARY KEY (${keys}, tile_start, admitted_from)
    )`);
  await makeHypertable(client, tilesOf(table.name), 'tile_start');

  const rowColumns = sql`
    ${keyColumns},
    feature_ts timestamptz NOT NULL,
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL,
    ${join(table.features.map((feature) => sql`${ident(feature.name)} ${raw(featureType(feature, source))}`))},
    write_id bigint NOT NULL`;
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${featuresOf(table.name)} (${rowColumns}, PRIMARY KEY (${keys}, feature_ts))`);
  await makeHypertable(client, featuresOf(table.name), 'feature_ts');
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${historyOf(table.name)} (
      ${rowColumns},
      superseded_by bigint NOT NULL,
      PRIMARY KEY (${keys}, feature_ts, superseded_by)
    )`);
  await makeHypertable(client, historyOf(table.name), 'feature_ts');
}

/** The SQL type of a feature's column. */
export function featureType(feature: FeatureDefinition, source: EventSourceDefinition): string {
  if (!isAggregate(feature)) return 'double precision';
  switch (feature.aggregate) {
    case 'count':
    case 'count_distinct':
      return 'bigint';
    case 'sum':
      return 'double precision';
    case 'last':
      return COLUMN_TYPES[source.fields.find(({ name }) => name === feature.field)!.type];
  }
}

/** Makes a table a hypertable by its time column, unless it is one. */
export async function makeHypertable(client: Client, relation: Sql, time: string): Promise<void> {
  await client.query(sql`
    SELECT create_hypertable(
      ${relation.text}::regclass, by_range(${time}, INTERVAL '7 days'), create_default_indexes => false, if_not_exists => true)`);
}
