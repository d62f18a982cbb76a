import sql, { type Sql, raw } from 'sql-template-tag';
import type { DefinitionKind } from '../../domain/registry/definition.ts';
import { lockAccounts } from '../commits/ledger-lock.ts';
import { ROWS_PER_CHUNK, countByRange } from '../retention/expired-ranges.ts';
import { type Client, type Pool, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { type OwningDefinition, isOfTable } from './what-belongs.ts';

/** Where rows of definitions stand in tables that all share: each table, and its column with the name. */
type Places = readonly (readonly [table: string, column: string])[];

const OF_FEATURES: Places = [
  ['asof.lifetime_carries', 'feature_table'],
  ['asof.table_fills', 'feature_table'],
  ['asof.tile_floors', 'feature_table'],
  ['asof.history_floors', 'feature_table'],
  ['asof.batch_runs', 'feature_table'],
  ['asof.batch_schedules', 'feature_table'],
  ['asof.day_tiles', 'feature_table'],
  ['asof.online_syncs', 'feature_table'],
];

const OF_WRITTEN: Places = [['asof.table_writes', 'table_name']];

/**
 * `asof.writes` keeps its rows: the order of all writes is what knowledge cuts are made of. `asof.source_revisions` keeps
 * the count of changes, since what was compiled before must never take it for a later one.
 */
const PLACES: { readonly [Kind in DefinitionKind]: Places } = {
  event_source: [
    ['events.dead_letters', 'source'],
    ['events.late_events', 'source'],
    ['asof.stream_cursors', 'source'],
    ['asof.offset_ledger', 'source'],
    ['asof.retention_floors', 'source'],
    ['asof.seen_events', 'source'],
    ['asof.event_days', 'source'],
    ['asof.listed_days', 'source'],
    ['asof.field_gaps', 'source'],
  ],
  stream_table: OF_FEATURES,
  batch_table: OF_FEATURES,
  external_table: [...OF_FEATURES, ...OF_WRITTEN],
  reference_table: OF_WRITTEN,
  // Its syncs say what serving answered, which training sets are built from.
  online_table: [],
  training_set: [],
  model: [
    ['asof.models', 'name'],
    ['asof.endpoints', 'model'],
  ],
  endpoint: [['asof.endpoints', 'name']],
};

/** Deletes what tables that all definitions share have of one. Safe to repeat. */
export async function forgetRows(pool: Pool, of: OwningDefinition): Promise<void> {
  if (of.kind === 'stream_table') await forgetLateEvents(pool, of.name);
  await inTransaction(pool, async (client) => {
    for (const [table, column] of PLACES[of.kind])
      await client.query(sql`DELETE FROM ${raw(table)} WHERE ${condition(table, column, of)}`);
  });
}

function condition(table: string, column: string, { kind, name }: OwningDefinition): Sql {
  if (column === 'feature_table') return isOfTable(ident(column), name);
  if (table !== 'asof.table_writes') return sql`${ident(column)} = ${name}`;
  return sql`kind = ${kind} AND ${isOfTable(ident(column), name)}`;
}

/**
 * Takes a table's late events off the list, page by page. The ledger counts an event that was late for this table
 * alone as gone from the list, as retention does.
 */
async function forgetLateEvents(pool: Pool, table: string): Promise<void> {
  const { rows } = await pool.query<{ source: string }>(sql`
    SELECT DISTINCT source FROM events.late_events WHERE ${isOfTable(sql`feature_table`, table)}`);
  for (const { source } of rows)
    while (await inTransaction(pool, (client) => forgetLatePage(client, source, table)));
}

/** @returns whether there was something to forget. */
async function forgetLatePage(client: Client, source: string, table: string): Promise<boolean> {
  await lockAccounts(client, source);
  const samePlace = (other: string): Sql => sql`
    line.kafka_partition = ${ident(other)}.kafka_partition AND line.kafka_offset = ${ident(other)}.kafka_offset
    AND line.kafka_index = ${ident(other)}.kafka_index`;
  const gone = sql`(
    SELECT * FROM removed AS line WHERE NOT EXISTS (
      SELECT FROM events.late_events AS other
      WHERE other.source = ${source} AND ${samePlace('other')} AND other.write_id = line.write_id
        AND NOT ${isOfTable(sql`other.feature_table`, table)}))`;
  const { rows } = await client.query<{ removed: number }>(sql`
    WITH removed AS (
      DELETE FROM events.late_events AS line
      USING (
        SELECT DISTINCT kafka_partition, kafka_offset, kafka_index FROM events.late_events
        WHERE source = ${source} AND ${isOfTable(sql`feature_table`, table)} LIMIT ${ROWS_PER_CHUNK}) AS old
      WHERE line.source = ${source} AND ${samePlace('old')} AND ${isOfTable(sql`line.feature_table`, table)}
      RETURNING line.kafka_partition, line.kafka_offset, line.kafka_index, line.write_id
    ), changed AS (
      UPDATE asof.offset_ledger AS entry SET expired_late = expired_late + counted.rows
      FROM (${countByRange(source, 'expired_late', gone)}) AS counted
      WHERE entry.source = ${source} AND entry.kafka_partition = counted.kafka_partition
        AND entry.from_offset = counted.from_offset
    )
    SELECT count(*)::int AS removed FROM removed`);
  return rows[0]!.removed > 0;
}
