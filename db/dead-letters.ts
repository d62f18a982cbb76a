import type { DeadLetter } from '../domain/micro-batch.ts';
import { bulkInsert } from './bulk-insert.ts';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';
import { toTimestamptz } from './timestamp.ts';

export async function insertDeadLetters(
  client: Client,
  source: string,
  deadLetters: readonly DeadLetter[],
  writeId: string,
): Promise<void> {
  if (deadLetters.length === 0) return;
  const of = <Value>(pick: (letter: DeadLetter) => Value): Value[] => deadLetters.map(pick);
  await client.query(
    bulkInsert(ident('events', 'dead_letters'), [
      { name: 'source', type: 'text', values: of(() => source) },
      { name: 'kafka_partition', type: 'int', values: of(({ record }) => record.partition) },
      { name: 'kafka_offset', type: 'bigint', values: of(({ record }) => record.offset) },
      { name: 'kafka_ts', type: 'timestamptz', values: of(({ record }) => toTimestamptz(record.kafkaTs)) },
      { name: 'key', type: 'bytea', values: of(({ record }) => record.key) },
      { name: 'value', type: 'bytea', values: of(({ record }) => record.value) },
      { name: 'reason', type: 'text', values: of(({ rejection }) => rejection.reason) },
      { name: 'detail', type: 'text', values: of(({ rejection }) => rejection.detail) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}
