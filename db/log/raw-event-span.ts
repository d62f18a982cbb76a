import sql, { raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type ChunkSpan, chunkSpans } from '../sql/chunks.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/**
 * The event times of the first and of the last raw event of a source. Undefined if there are none. Looks into
 * one chunk after another from each end, since a statement for all chunks takes a lock on each.
 */
export async function rawEventSpan(
  db: Queryable,
  source: EventSourceDefinition,
): Promise<{ readonly first: Instant; readonly last: Instant } | undefined> {
  const chunks = await chunkSpans(db, rawEvents(source));
  const first = await firstFound(db, source, chunks, 'min');
  const last = await firstFound(db, source, chunks.toReversed(), 'max');
  return first === undefined || last === undefined ? undefined : { first, last };
}

/** The least or the greatest event time of the first chunk that has an event. */
async function firstFound(
  db: Queryable,
  source: EventSourceDefinition,
  chunks: readonly ChunkSpan[],
  which: 'min' | 'max',
): Promise<Instant | undefined> {
  const time = ident(source.eventTime);
  for (const { from, to } of chunks) {
    const { rows } = await db.query<{ at: string | null }>(sql`
      SELECT ${raw(microsExpression(`${which}(${time.sql})`))} AS at FROM ${rawEvents(source)}
      WHERE ${time} >= ${toTimestamptz(from)} AND ${time} < ${toTimestamptz(to)}`);
    const { at } = rows[0]!;
    if (at !== null) return BigInt(at);
  }
  return undefined;
}
