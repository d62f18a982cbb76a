import { createHash } from 'node:crypto';
import type { Cursor } from '../../db/log/cursors.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';

/** What Kafka keeps for a record without a timestamp: −1 ms. */
const NO_TIMESTAMP = -1_000n;

/**
 * A hash of a record, which differs for another record at the same offset of a topic that was deleted and
 * made again.
 */
export function fingerprint({ kafkaTs, key, value }: KafkaRecord): string {
  return createHash('sha256')
    .update(`${kafkaTs ?? NO_TIMESTAMP} ${key?.byteLength ?? 'null'} ${value?.byteLength ?? 'null'} `)
    .update(key ?? '')
    .update(value ?? '')
    .digest('hex')
    .slice(0, 32);
}

/**
 * Compares the records that Kafka has before the cursors with the last record that was read. If Kafka no
 * longer has that record (retention, compaction), there is nothing to compare.
 *
 * @throws AsofError `ASOF_TOPIC_RECREATED`.
 */
export function checkSameTopic(
  { name, topic }: EventSourceDefinition,
  before: readonly KafkaRecord[],
  cursors: ReadonlyMap<number, Cursor>,
): void {
  for (const record of before) {
    const { partition, offset } = record;
    const last = cursors.get(partition)?.last;
    if (last?.offset === offset && last.fingerprint === fingerprint(record)) continue;
    throw new AsofError(
      'ASOF_TOPIC_RECREATED',
      `topic '${topic}' partition ${partition} holds another record at offset ${offset} than '${name}' read there: ` +
        'the topic was deleted and made again. Nothing was read; give the source a new name, or empty it with: npx asof reset --yes',
      { details: { source: name, topic, partition, offset: String(offset) } },
    );
  }
}
