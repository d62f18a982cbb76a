import sql, { join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { LogPlace } from '../../log/log-place.ts';
import type { Queryable } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import type { EventsRead } from './window-events.ts';

/** What a run of a batch table had seen. */
export interface RunSeen {
  /** By partition: the offset before which events were seen. */
  readonly eventsThrough: Readonly<Record<string, number>>;
  /** The sequence up to which reference tables were seen. */
  readonly sequence: string;
}

/** What the run that made the rows of a logical time had seen. Undefined: another run has taken its place. */
export async function findRunSeen(
  db: Queryable,
  table: string,
  at: Instant,
  writeId: string,
): Promise<RunSeen | undefined> {
  const { rows } = await db.query<{ events_through: Record<string, number>; sequence_seen: string }>(sql`
    SELECT events_through, sequence_seen::text AS sequence_seen FROM asof.batch_runs
    WHERE feature_table = ${table} AND logical_time = ${toTimestamptz(at)} AND write_id = ${writeId}`);
  return rows[0] && { eventsThrough: rows[0].events_through, sequence: rows[0].sequence_seen };
}

/** The events of a key that a run had seen, without duplicates: their number, and the places of the latest. */
export async function readSeenEvents(
  db: Queryable,
  source: EventSourceDefinition,
  { primaryKeys, key, from, to, most }: EventsRead,
  seen: RunSeen | undefined,
): Promise<{
  readonly events: number;
  readonly places: readonly (LogPlace & { readonly eventTs: Instant })[];
}> {
  const time = ident('raw', source.eventTime);
  const conditions = [
    ...primaryKeys.map((name, at) => sql`${ident('raw', name)} = ${key[at]!}`),
    sql`NOT raw.duplicate`,
    sql`${time} < ${toTimestamptz(to)}`,
    ...(from === null ? [] : [sql`${time} >= ${toTimestamptz(from)}`]),
    ...(seen === undefined
      ? []
      : [
          sql`kafka_offset < coalesce((${JSON.stringify(seen.eventsThrough)}::jsonb ->> kafka_partition::text)::bigint, 0)`,
        ]),
  ];
  const { rows } = await db.query<{
    partition: number;
    offset: string;
    index: number;
    at: string;
    events: number;
  }>(sql`
    SELECT kafka_partition AS partition, kafka_offset AS offset, kafka_index AS index,
           ${raw(microsExpression(time.sql))} AS at, count(*) OVER ()::int AS events
    FROM ${rawEvents(source)} AS raw WHERE ${join(conditions, ' AND ')}
    ORDER BY ${time} DESC, kafka_partition DESC, kafka_offset DESC, kafka_index DESC LIMIT ${raw(String(most))}`);
  return {
    events: rows[0]?.events ?? 0,
    places: rows.map(({ partition, offset, index, at }) => ({
      partition,
      offset: BigInt(offset),
      index,
      eventTs: BigInt(at),
    })),
  };
}
