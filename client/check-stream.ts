import type { Kafka } from 'kafkajs';
import { partitionOffsets } from '../adapters/kafka/topics.ts';
import type { Pool } from '../db/client.ts';
import {
  ledgerTotals,
  ledgerViolations,
  type LedgerTotals,
  type LedgerViolation,
} from '../db/ledger-check.ts';
import { findSource } from '../db/registry.ts';

export interface PartitionCheck extends LedgerTotals {
  /** Records in Kafka that the stream has not read yet. */
  readonly lag: number;
}

export interface StreamCheck {
  readonly source: string;
  readonly clean: boolean;
  readonly partitions: PartitionCheck[];
  readonly violations: (LedgerViolation | KafkaViolation)[];
}

/** Something that the ledger and Kafka disagree about. */
interface KafkaViolation {
  readonly kind: 'beyond_head';
  readonly partition: number;
  readonly detail: string;
}

/** Holds the offset ledger against the tables and against Kafka. */
export async function checkStream(pool: Pool, kafka: Kafka, sourceName: string): Promise<StreamCheck> {
  const source = await findSource(pool, sourceName);
  const violations: StreamCheck['violations'] = await ledgerViolations(pool, source);
  const totals = await ledgerTotals(pool, sourceName);
  const offsets = await partitionOffsets(kafka, source.topic);
  const partitions = totals.map((partition) => {
    const high = offsets.find((candidate) => candidate.partition === partition.partition)?.high ?? 0n;
    return { ...partition, lag: Number(high - BigInt(partition.toOffset)) };
  });
  for (const { partition, toOffset, lag } of partitions) {
    if (lag >= 0) continue;
    const detail = `the ledger ends at ${toOffset}, beyond the topic's head; was the topic made again?`;
    violations.push({ kind: 'beyond_head', partition, detail });
  }
  return { source: sourceName, clean: violations.length === 0, partitions, violations };
}
