import sql, { join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { RAW_EVENT_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import type { Client } from '../sql/client.ts';
import { FIELD_COLUMNS } from '../sql/column-types.ts';
import { makeHypertable } from '../sql/hypertable.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';

/**
 * Makes the raw event table of a source, or alters it to fit the definition: adds missing columns, widens the
 * columns whose fields were widened, and drops NOT NULL where a field is now optional or gone. The Kafka
 * timestamp is null where a source ignores it.
 */
export async function ensureRawEvents(client: Client, source: EventSourceDefinition): Promise<void> {
  const relation = rawEvents(source);
  const columns = source.fields.map(
    ({ name, type, required }) =>
      sql`${ident(name)} ${raw(FIELD_COLUMNS[type])} ${raw(required ? 'NOT NULL' : '')}`,
  );
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${relation} (
      ${join(columns)},
      kafka_partition integer NOT NULL,
      kafka_offset bigint NOT NULL,
      kafka_ts timestamptz,
      watermark timestamptz,
      duplicate boolean NOT NULL DEFAULT false,
      invalid_fields jsonb,
      kafka_index integer NOT NULL DEFAULT 0,
      write_id bigint NOT NULL
    )`);
  const additions = columns.map((column) => sql`ADD COLUMN IF NOT EXISTS ${column}`);
  await client.query(sql`ALTER TABLE ${relation} ${join(additions)}`);
  await alterColumns(client, source);
  await makeHypertable(client, relation, source.eventTime);
  await client.query(sql`
    CREATE INDEX IF NOT EXISTS ${ident(`${relationName(source)}_by_time`)} ON ${relation} (${ident(source.eventTime)})`);
}

async function alterColumns(client: Client, source: EventSourceDefinition): Promise<void> {
  const relation = rawEvents(source);
  const { rows } = await client.query<{ name: string; type: string; required: boolean }>(sql`
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required
    FROM pg_attribute WHERE attrelid = ${relation.text}::regclass AND attnum > 0 AND NOT attisdropped`);
  const alterations = rows
    .filter(({ name }) => name === 'kafka_ts' || !RAW_EVENT_COLUMNS.includes(name))
    .flatMap(({ name, type, required }) => {
      const field = source.fields.find((candidate) => candidate.name === name);
      const wanted = field ? FIELD_COLUMNS[field.type] : type;
      return [
        ...(type === wanted ? [] : [sql`ALTER COLUMN ${ident(name)} TYPE ${raw(wanted)}`]),
        ...(required && !field?.required ? [sql`ALTER COLUMN ${ident(name)} DROP NOT NULL`] : []),
      ];
    });
  if (alterations.length > 0) await client.query(sql`ALTER TABLE ${relation} ${join(alterations)}`);
}
