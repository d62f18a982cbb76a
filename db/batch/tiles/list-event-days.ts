import sql, { raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { readFloor } from '../../engine/floors.ts';
import { type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';

const BEFORE_THE_LIST = raw('-2');

/**
 * Lists the days of the events that were read before there was a list, once for each source. Its transaction is
 * its own, since the stream would wait for the rows.
 */
export async function listEventDays(pool: Pool, source: EventSourceDefinition): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { name, eventTime } = source;
    const { rowCount } = await client.query(sql`
      INSERT INTO asof.listed_days (source) VALUES (${name}) ON CONFLICT DO NOTHING`);
    if (rowCount === 0) return;
    const day = raw(`floor(extract(epoch FROM ${ident(eventTime).sql}) / 86400)::integer`);
    await client.query(sql`
      INSERT INTO asof.event_days (source, day, writer, write_id)
      SELECT DISTINCT ${name}, ${day}, ${BEFORE_THE_LIST}, 0 FROM ${rawEvents(source)} WHERE NOT duplicate`);
    // Retention raises the floor before it removes anything.
    const floor = await readFloor(client, name);
    if (floor === undefined) return;
    await client.query(sql`
      UPDATE asof.listed_days SET raw_from = ${toTimestamptz(floor)} WHERE source = ${name}`);
  });
}
