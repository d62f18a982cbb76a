import sql, { join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { WindowEvent } from '../../../domain/training/explain/window-evidence.ts';
import { type StoredValue, selectedOf, toRawEvent } from '../../log/read-raw-events.ts';
import type { Queryable } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';

/** The raw events of a key of a table, in `[from, to)`. */
export interface EventsRead {
  readonly table: string;
  readonly primaryKeys: readonly string[];
  readonly key: readonly string[];
  /** Null: from the first on. */
  readonly from: Instant | null;
  readonly to: Instant;
  /** How many events to read at most, the latest first. */
  readonly most: number;
}

/** Reads the raw events of a key, duplicates too, with the writes that knew them, in the order of their times. */
export async function readWindowEvents(
  db: Queryable,
  source: EventSourceDefinition,
  { table, primaryKeys, key, from, to, most }: EventsRead,
): Promise<WindowEvent[]> {
  const time = ident('raw', source.eventTime);
  const isKey = primaryKeys.map((name, at) => sql`${ident('raw', name)} = ${key[at]!}`);
  const since = from === null ? [] : [sql`${time} >= ${toTimestamptz(from)}`];
  const query = sql`
    SELECT raw.duplicate, stored.sequence, merging.sequence, ${selectedOf(source)}
    FROM ${rawEvents(source)} AS raw JOIN asof.writes AS stored USING (write_id)
    LEFT JOIN events.late_events AS late
      ON late.source = ${source.name} AND late.feature_table = ${table} AND late.kafka_partition = raw.kafka_partition
      AND late.kafka_offset = raw.kafka_offset AND late.kafka_index = raw.kafka_index
    LEFT JOIN asof.writes AS merging ON merging.write_id = late.merged_by
    WHERE ${join([...isKey, ...since, sql`${time} < ${toTimestamptz(to)}`], ' AND ')}
    ORDER BY ${time} DESC, raw.kafka_partition DESC, raw.kafka_offset DESC, raw.kafka_index DESC LIMIT ${raw(String(most))}`;
  const { rows } = await db.query<unknown[]>({ text: query.text, values: query.values, rowMode: 'array' });
  return rows.reverse().map(([duplicate, stored, merged, ...fields]) => ({
    ...toRawEvent(source, fields as StoredValue[]),
    duplicate: duplicate as boolean,
    stored: BigInt(stored as string),
    merged: merged === null ? null : BigInt(merged as string),
  }));
}
