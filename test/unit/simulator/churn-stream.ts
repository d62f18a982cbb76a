import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { type MicroBatch, streamEngine } from '../../../domain/stream/micro-batch.ts';
import { type Instant, fromMillis } from '../../../domain/time/instant.ts';
import { compileStreamTable } from '../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';

/** The source and the table of the churn example's stream. */
export const source = userEvents.definition;
export const table = compileStreamTable(userActivityFeatures.definition, source);

const churnEngine = streamEngine(source, [table]);

export interface SentLine {
  readonly partition: number;
  readonly value: string | Buffer;
  readonly kafkaTs: Instant;
}

/**
 * Folds the lines as records of one micro-batch. A record's offset is its index in `lines`, which identifies
 * it.
 */
export function fold(lines: Iterable<SentLine>, engine = churnEngine): MicroBatch {
  const records: KafkaRecord[] = [];
  for (const { partition, value, kafkaTs } of lines) {
    records.push({
      partition,
      offset: BigInt(records.length),
      kafkaTs,
      key: null,
      value: Buffer.from(value),
    });
  }
  return engine.fold(records, new Map());
}

/** Folds the lines as records of one partition. The Kafka timestamp is the time of arrival. */
export function foldArrivals(lines: Iterable<{ value: string; arrivesAt: number }>): MicroBatch {
  return fold(
    [...lines].map(({ value, arrivesAt }) => ({ partition: 0, value, kafkaTs: fromMillis(arrivesAt) })),
  );
}
