import type { EventSourceDefinition } from '../domain/definition.ts';
import type { FieldValue } from '../domain/event.ts';
import type { RawEvent } from '../domain/micro-batch.ts';
import { bulkInsert, type BulkColumn } from './bulk-insert.ts';
import type { Client } from './client.ts';
import { rawEvents } from './relations.ts';
import { toTimestamptz } from './timestamp.ts';

const PARAMETER_TYPES = { string: 'text', double: 'float8', timestamp: 'timestamptz' } as const;

export async function insertRawEvents(
  client: Client,
  source: EventSourceDefinition,
  raw: readonly RawEvent[],
  writeId: string,
): Promise<void> {
  if (raw.length === 0) return;
  const fields: BulkColumn[] = source.fields.map(({ name, type }, index) => ({
    name,
    type: PARAMETER_TYPES[type],
    values: raw.map(({ event }) => toParameter(event.values[index]!)),
  }));
  await client.query(
    bulkInsert(rawEvents(source), [
      ...fields,
      { name: 'kafka_partition', type: 'int', values: raw.map(({ event }) => event.partition) },
      { name: 'kafka_offset', type: 'bigint', values: raw.map(({ event }) => event.offset) },
      { name: 'kafka_ts', type: 'timestamptz', values: raw.map(({ event }) => toTimestamptz(event.kafkaTs)) },
      {
        name: 'watermark',
        type: 'timestamptz',
        values: raw.map(({ watermark }) => (watermark === undefined ? null : toTimestamptz(watermark))),
      },
      { name: 'write_id', type: 'bigint', values: raw.map(() => writeId) },
    ]),
  );
}

function toParameter(value: FieldValue): string | number | null {
  return typeof value === 'bigint' ? toTimestamptz(value) : value;
}
