import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { readCursors } from '../../db/log/cursors.ts';
import {
  type LedgerTotals,
  type LedgerViolation,
  ledgerTotals,
  ledgerViolations,
} from '../../db/log/ledger-check.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Systems } from '../shared/systems.ts';

/** One partition of a topic, in the offset ledger. */
export interface PartitionCheck extends LedgerTotals {
  /** Records in Kafka that the stream has not read yet. */
  readonly lag: number;
}

/** What the offset ledger says of a source, and whether tables and Kafka agree. */
export interface StreamCheck {
  readonly source: string;
  /** Whether there are no violations. */
  readonly clean: boolean;
  readonly partitions: PartitionCheck[];
  readonly violations: (LedgerViolation | KafkaViolation)[];
}

/** Something that the ledger and Kafka disagree about. */
export interface KafkaViolation {
  readonly kind: 'beyond_head' | 'no_partition' | 'deleted_unread';
  readonly partition: number;
  readonly detail: string;
}

export async function checkStream(systems: Systems, sourceName: string): Promise<StreamCheck> {
  const pool = await systems.pool();
  const source = (await loadRegistry(pool)).source(sourceName);
  const violations = await ledgerViolations(pool, source);
  const totals = await ledgerTotals(pool, sourceName);
  const cursors = await readCursors(pool, sourceName);
  // Fetched after the ledger, so that a stream that runs meanwhile is never ahead of it.
  const offsets = await partitionOffsets(systems.kafka(), source.topic);
  const positions = new Map([
    ...totals.map(({ partition, toOffset }) => [partition, BigInt(toOffset)] as const),
    ...cursors.map(({ partition, nextOffset }) => [partition, nextOffset] as const),
  ]);
  const all = [...violations, ...kafkaViolations(positions, offsets)];
  const highs = new Map(offsets.map(({ partition, high }) => [partition, high]));
  const partitions = totals.map((partition) => ({
    ...partition,
    lag: Number((highs.get(partition.partition) ?? 0n) - BigInt(partition.toOffset)),
  }));
  return { source: sourceName, clean: all.length === 0, partitions, violations: all };
}

/** Where the stream stands at an offset that Kafka cannot have given it, or can no longer go on from. */
function kafkaViolations(
  positions: ReadonlyMap<number, bigint>,
  offsets: readonly PartitionOffsets[],
): KafkaViolation[] {
  return [...positions].flatMap(([partition, position]): KafkaViolation[] => {
    const found = offsets.find((candidate) => candidate.partition === partition);
    const violation = (kind: KafkaViolation['kind'], detail: string) => [{ kind, partition, detail }];
    if (!found)
      return violation('no_partition', `read up to ${position}, but the topic has no such partition`);
    if (position > found.high) {
      const detail = `the ledger ends at ${position}, beyond the topic's head ${found.high}; was the topic made again?`;
      return violation('beyond_head', detail);
    }
    if (position >= found.low) return [];
    const detail = `read up to ${position}, but the topic begins at ${found.low}: Kafka deleted ${found.low - position} offsets before they were read`;
    return violation('deleted_unread', detail);
  });
}
