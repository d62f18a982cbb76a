import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { readCursors } from '../../db/log/cursors.ts';
import {
  type LedgerTotals,
  type LedgerViolation,
  ledgerTotals,
  ledgerViolations,
} from '../../db/log/ledger-check.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Connections } from '../shared/connections.ts';

/** The totals of one partition in the offset ledger. */
export interface PartitionCheck extends LedgerTotals {
  /** The number of offsets in Kafka that the stream has not read yet. */
  readonly lag: number;
}

/** The offset ledger of a source, and whether it agrees with the tables and with Kafka. */
export interface StreamCheck {
  readonly source: string;
  /** Whether there are no violations. */
  readonly clean: boolean;
  readonly partitions: PartitionCheck[];
  readonly violations: (LedgerViolation | KafkaViolation)[];
}

/** A disagreement between the offset ledger and Kafka. */
export interface KafkaViolation {
  readonly kind: 'beyond_head' | 'no_partition' | 'deleted_unread';
  readonly partition: number;
  readonly detail: string;
}

export async function checkStream(connections: Connections, sourceName: string): Promise<StreamCheck> {
  const pool = await connections.pool();
  const source = (await loadRegistry(pool)).source(sourceName);
  const violations = await ledgerViolations(pool, source);
  const totals = await ledgerTotals(pool, sourceName);
  const cursors = await readCursors(pool, sourceName);
  // The heads are fetched after the ledger, so a stream that runs meanwhile is never ahead of them.
  const offsets = await partitionOffsets(connections.kafka(), source.topic);
  const nextOffsets = new Map([
    ...totals.map(({ partition, toOffset }) => [partition, BigInt(toOffset)] as const),
    ...cursors.map(({ partition, nextOffset }) => [partition, nextOffset] as const),
  ]);
  const all = [...violations, ...kafkaViolations(nextOffsets, offsets)];
  const highs = new Map(offsets.map(({ partition, high }) => [partition, high]));
  const partitions = totals.map((partition) => ({
    ...partition,
    lag: Number((highs.get(partition.partition) ?? 0n) - BigInt(partition.toOffset)),
  }));
  return { source: sourceName, clean: all.length === 0, partitions, violations: all };
}

/** Finds the partitions whose next offset is beyond the head, or was deleted before it was read. */
function kafkaViolations(
  nextOffsets: ReadonlyMap<number, bigint>,
  offsets: readonly PartitionOffsets[],
): KafkaViolation[] {
  return [...nextOffsets].flatMap(([partition, next]): KafkaViolation[] => {
    const found = offsets.find((candidate) => candidate.partition === partition);
    const violation = (kind: KafkaViolation['kind'], detail: string) => [{ kind, partition, detail }];
    if (!found) return violation('no_partition', `read up to ${next}, but the topic has no such partition`);
    if (next > found.high) {
      const detail = `the ledger ends at ${next}, beyond the topic's head ${found.high}; was the topic made again?`;
      return violation('beyond_head', detail);
    }
    if (next >= found.low) return [];
    const detail = `read up to ${next}, but the topic begins at ${found.low}: Kafka deleted ${found.low - next} offsets before they were read`;
    return violation('deleted_unread', detail);
  });
}
