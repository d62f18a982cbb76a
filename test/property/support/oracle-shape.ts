import type { RawEvent } from '../../../domain/log/raw-event.ts';
import type { LateEvent } from '../../../domain/windows/lateness.ts';
import type { LateRow, RawRow } from '../../oracle/oracle.ts';
import { sourceWith } from './engine.ts';
import type { Stream } from './stream.ts';

/** The engine's raw events in the oracle's form, in the order of partition and offset. */
export function rawRows({ settings }: Stream, raw: readonly RawEvent[]): Record<keyof RawRow, unknown>[] {
  const names = sourceWith(settings).fields.map(({ name }) => name);
  return raw
    .map(({ event, watermark, duplicate }) => ({
      ...(Object.fromEntries(names.map((name, index) => [name, event.values[index]])) as Record<
        keyof RawRow,
        unknown
      >),
      kafka_partition: event.partition,
      kafka_offset: event.offset,
      kafka_index: event.index ?? 0,
      kafka_ts: event.kafkaTs,
      watermark: watermark ?? null,
      duplicate,
      invalid_fields: (event.invalid ?? []).map(({ field }) => field),
    }))
    .sort(byPosition);
}

/** The engine's late events in the oracle's form, in the order of partition and offset. */
export function lateRows(late: readonly LateEvent[]): LateRow[] {
  return late
    .map(({ event, key, firstMissed, lastMissed }) => ({
      kafka_partition: event.partition,
      kafka_offset: event.offset,
      kafka_index: event.index ?? 0,
      user_id: key[0]!,
      missed: [firstMissed, lastMissed] satisfies LateRow['missed'],
    }))
    .sort(byPosition);
}

interface Positioned {
  readonly kafka_partition: number;
  readonly kafka_offset: bigint;
  readonly kafka_index: number;
}

function byPosition(a: Positioned, b: Positioned): number {
  return (
    a.kafka_partition - b.kafka_partition ||
    Number(a.kafka_offset - b.kafka_offset) ||
    a.kafka_index - b.kafka_index
  );
}
