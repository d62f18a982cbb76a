import sql, { raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { raiseRevisions } from '../../commits/source-revisions.ts';
import { loadRegistry } from '../../registry/registry.ts';
import { unnest } from '../../sql/bulk-insert.ts';
import { type ChunkSpan, chunkSpans } from '../../sql/chunks.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { joinFilledTables } from '../../tables/fills.ts';

/** The raw events of a gap that still lack its field, by reason, and the last of their event times. */
interface Lacking {
  readonly id: string;
  readonly gone: number;
  readonly unread: number;
  readonly last: bigint;
}

/**
 * Ends the gaps whose records were all read again. Counts the raw events that still lack the field, and records
 * from which event time on none does. Tables that have waited for the fields join their source.
 *
 * @param onChunk called after each chunk of the raw events that was searched.
 */
export async function finishGaps(
  pool: Pool,
  source: EventSourceDefinition,
  onChunk: () => void,
): Promise<void> {
  const ids = await readThrough(pool, source);
  if (ids.length === 0) return;
  // These events change no more: those that are read or replayed now have the field.
  const lacking = new Map<string, Lacking>();
  for (const chunk of await chunkSpans(pool, rawEvents(source))) {
    for (const found of await lackingIn(pool, source, ids, chunk)) add(lacking, found);
    onChunk();
  }
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source.name]);
    await recordLacking(client, [...lacking.values()]);
    await client.query(
      sql`UPDATE asof.field_gaps SET done_at = now() WHERE gap_id = ANY(${ids}::bigint[]) AND done_at IS NULL`,
    );
    await client.query(sql`DELETE FROM asof.field_gap_rests WHERE gap_id = ANY(${ids}::bigint[])`);
    const tables = (await loadRegistry(client)).ofKind('stream_table');
    await joinFilledTables(
      client,
      tables.filter((table) => table.source === source.name),
    );
  });
}

async function readThrough(pool: Pool, { name }: EventSourceDefinition): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(sql`
    SELECT gap_id AS id FROM asof.field_gaps
    WHERE source = ${name} AND next_offset = to_offset AND done_at IS NULL`);
  return rows.map(({ id }) => id);
}

async function lackingIn(
  pool: Pool,
  source: EventSourceDefinition,
  ids: readonly string[],
  { from, to }: ChunkSpan,
): Promise<Lacking[]> {
  const time = ident('raw', source.eventTime);
  const { rows } = await pool.query<Omit<Lacking, 'last'> & { last: string }>(sql`
    WITH rest AS MATERIALIZED (
      SELECT gap_id, is_gone, kafka_partition, from_write, to_write, range_agg(offsets) AS offsets
      FROM asof.field_gap_rests JOIN asof.field_gaps USING (gap_id)
      WHERE gap_id = ANY(${ids}::bigint[]) GROUP BY gap_id, is_gone, kafka_partition, from_write, to_write
    )
    SELECT gap_id AS id, (count(*) FILTER (WHERE is_gone))::float8 AS gone,
           (count(*) FILTER (WHERE NOT is_gone))::float8 AS unread, ${raw(microsExpression(`max(${time.sql})`))} AS last
    FROM ${rawEvents(source)} AS raw JOIN rest USING (kafka_partition)
    WHERE ${time} >= ${toTimestamptz(from)} AND ${time} < ${toTimestamptz(to)} AND raw.kafka_offset <@ rest.offsets
      AND raw.write_id >= from_write AND raw.write_id < to_write
    GROUP BY gap_id`);
  return rows.map(({ last, ...found }) => ({ ...found, last: BigInt(last) }));
}

function add(lacking: Map<string, Lacking>, { id, gone, unread, last }: Lacking): void {
  const known = lacking.get(id) ?? { id, gone: 0, unread: 0, last };
  lacking.set(id, {
    id,
    gone: known.gone + gone,
    unread: known.unread + unread,
    last: last > known.last ? last : known.last,
  });
}

async function recordLacking(client: Client, lacking: readonly Lacking[]): Promise<void> {
  const columns = [
    { name: 'gap_id', type: 'bigint', values: lacking.map(({ id }) => id) },
    { name: 'gone', type: 'bigint', values: lacking.map(({ gone }) => gone) },
    { name: 'unread', type: 'bigint', values: lacking.map(({ unread }) => unread) },
    {
      name: 'complete_from',
      type: 'timestamptz',
      values: lacking.map(({ last }) => toTimestamptz(last + 1n)),
    },
  ];
  await client.query(sql`
    UPDATE asof.field_gaps AS gap SET gone = found.gone, unread = found.unread, complete_from = found.complete_from
    FROM ${unnest(columns, 'found')} WHERE gap.gap_id = found.gap_id`);
}
