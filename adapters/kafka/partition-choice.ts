import { type PartitionMetadata, Partitioners } from 'kafkajs';

/** Chooses the partition of a record by its key. */
export type PartitionChoice = (key: string | null) => number;

/** The size of the cache. Hashing a key in kafkajs costs more than all other work to send a line. */
const REMEMBERED_KEYS = 100_000;

/**
 * Chooses partitions as Kafka's default partitioner does; kafkajs and Java agree. Records without a key go to
 * the partitions in turn, from the first one. kafkajs begins at a random partition; here the same lines
 * always make the same topic.
 */
export function partitionChoice(partitions: number): PartitionChoice {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => partition(partitionId));
  const partitioner = Partitioners.DefaultPartitioner();
  const remembered = new Map<string, number>();
  let keyless = 0;
  return (key) => {
    if (key === null) return keyless++ % partitions;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED_KEYS) remembered.clear();
    const chosen = partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
    remembered.set(key, chosen);
    return chosen;
  };
}

function partition(partitionId: number): PartitionMetadata {
  return { partitionId, leader: 0, partitionErrorCode: 0, replicas: [], isr: [] };
}
