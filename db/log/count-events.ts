import sql from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** The number of events of an entity in a range of event time. */
export interface EntityEvents {
  readonly entity: string;
  readonly events: number;
}

/** The entities with events in `[from, to)` of event time, ordered by entity. Duplicates do not count. */
export async function countEventsByEntity(
  db: Queryable,
  source: EventSourceDefinition,
  { from, to }: { from: Instant; to: Instant },
): Promise<EntityEvents[]> {
  const [entity, eventTime] = [ident(source.entity), ident(source.eventTime)];
  const { rows } = await db.query<EntityEvents>(sql`
    SELECT ${entity} AS entity, count(*)::float8 AS events FROM ${rawEvents(source)}
    WHERE ${eventTime} >= ${toTimestamptz(from)} AND ${eventTime} < ${toTimestamptz(to)} AND NOT duplicate
    GROUP BY ${entity} ORDER BY ${entity}`);
  return rows;
}
