import { type EntityEvents, countEventsByEntity } from '../../db/log/count-events.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Connections } from '../shared/connections.ts';
import { momentOf } from '../shared/moment.ts';

/** A range of event time. */
export interface EventTimeRange {
  /** RFC 3339, inclusive. */
  readonly from: string;
  /** RFC 3339, exclusive. */
  readonly to: string;
}

export async function countEvents(
  connections: Connections,
  sourceName: string,
  { from, to }: EventTimeRange,
): Promise<EntityEvents[]> {
  const pool = await connections.pool();
  const source = (await loadRegistry(pool)).source(sourceName);
  return countEventsByEntity(pool, source, { from: momentOf('from', from), to: momentOf('to', to) });
}
