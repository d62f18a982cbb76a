import type { Event } from '../../domain/log/event.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { CopyValues } from '../sql/binary-copy.ts';
import type { Client } from '../sql/client.ts';
import { FIELD_COLUMNS } from '../sql/column-types.ts';
import { type CopyColumn, copyColumn, copyRows } from '../sql/copy-rows.ts';
import { rawEvents } from '../sql/relations.ts';
import { type RawEventWriter, recordEventDays } from './event-days.ts';

/** Inserts raw events, duplicates included, with the write that stores them, and records their days. */
export async function insertRawEvents(
  client: Client,
  source: EventSourceDefinition,
  raw: readonly RawEvent[],
  { writeId, writer }: { readonly writeId: string; readonly writer: RawEventWriter },
): Promise<void> {
  await recordEventDays(client, source, raw, { writeId, writer });
  const fields = source.fields.map(({ name, type }, index): CopyColumn<RawEvent> => ({
    name,
    type: FIELD_COLUMNS[type],
    of: ({ event }) => event.values[index] as CopyValues[keyof CopyValues] | null,
  }));
  await copyRows(
    client,
    rawEvents(source),
    [
      ...fields,
      copyColumn('kafka_partition', 'integer', ({ event }: RawEvent) => event.partition),
      copyColumn('kafka_offset', 'bigint', ({ event }: RawEvent) => event.offset),
      copyColumn('kafka_ts', 'timestamptz', ({ event }: RawEvent) => event.kafkaTs),
      copyColumn('watermark', 'timestamptz', ({ watermark }: RawEvent) => watermark ?? null),
      copyColumn('duplicate', 'boolean', ({ duplicate }: RawEvent) => duplicate),
      copyColumn('invalid_fields', 'jsonb', ({ event }: RawEvent) => invalidFields(event)),
      // Left out, it is 0. A dead letter of a source that no longer has lists may still be an element of one.
      ...(source.explode || raw.some(({ event }) => event.index)
        ? [copyColumn('kafka_index', 'integer', ({ event }: RawEvent) => event.index ?? 0)]
        : []),
      copyColumn('write_id', 'bigint', () => writeId),
    ],
    raw,
  );
}

/** By field: the JSON text of what did not fit. Null if everything did. */
function invalidFields({ invalid }: Event): string | null {
  return invalid ? JSON.stringify(Object.fromEntries(invalid.map(({ field, json }) => [field, json]))) : null;
}
