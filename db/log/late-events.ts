import sql, { type Sql } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { LateEvent } from '../../domain/windows/lateness.ts';
import { arrayLiteral } from '../sql/array-literal.ts';
import { assignExcluded, bulkInsert } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/**
 * Adds late events to the late list. Events that are listed already stay unchanged. If the source corrects
 * late events, this write has merged them, and they are listed as merged.
 */
export async function insertLateEvents(
  client: Client,
  source: EventSourceDefinition,
  late: readonly LateEvent[],
  writeId: string,
): Promise<void> {
  await list(client, source, late, { writeId, onConflict: sql`DO NOTHING` });
}

/**
 * Adds late events to the late list, for a write that has made their tiles anew. Events that are listed
 * already are merged from now on if this write has merged them, and kept if it has not.
 */
export async function relistLateEvents(
  client: Client,
  source: EventSourceDefinition,
  late: readonly LateEvent[],
  writeId: string,
): Promise<void> {
  const onConflict = sql`(source, kafka_partition, kafka_offset, kafka_index, feature_table) DO UPDATE SET ${assignExcluded(['merged_by'])}`;
  await list(client, source, late, { writeId, onConflict });
}

async function list(
  client: Client,
  { name, late: fate }: EventSourceDefinition,
  late: readonly LateEvent[],
  { writeId, onConflict }: { readonly writeId: string; readonly onConflict: Sql },
): Promise<void> {
  if (late.length === 0) return;
  const of = <Value>(pick: (event: LateEvent) => Value): Value[] => late.map(pick);
  await client.query(
    bulkInsert(
      ident('events', 'late_events'),
      [
        { name: 'source', type: 'text', values: of(() => name) },
        { name: 'kafka_partition', type: 'int', values: of(({ event }) => event.partition) },
        { name: 'kafka_offset', type: 'bigint', values: of(({ event }) => event.offset) },
        { name: 'kafka_index', type: 'int', values: of(({ event: { index = 0 } }) => index) },
        { name: 'feature_table', type: 'text', values: of(({ table }) => table) },
        { name: 'key', type: 'text', castTo: 'text[]', values: of(({ key }) => arrayLiteral(key)) },
        { name: 'event_ts', type: 'timestamptz', values: of(({ event }) => toTimestamptz(event.eventTs)) },
        { name: 'watermark', type: 'timestamptz', values: of(({ watermark }) => toTimestamptz(watermark)) },
        {
          name: 'missed_windows',
          type: 'tstzrange',
          values: of(
            ({ firstMissed, lastMissed }) =>
              `["${toTimestamptz(firstMissed)}","${toTimestamptz(lastMissed)}"]`,
          ),
        },
        { name: 'write_id', type: 'bigint', values: of(() => writeId) },
        { name: 'merged_by', type: 'bigint', values: of(() => (fate === 'correct' ? writeId : null)) },
      ],
      sql`ON CONFLICT ${onConflict}`,
    ),
  );
}
