import { type PartitionMetadata, Partitioners } from 'kafkajs';

/** Which partition a record goes to. */
export type PartitionChoice = (key: string | null) => number;

/** Keys whose partition is remembered: hashing one in kafkajs costs more than all else that sending a line does. */
const REMEMBERED_KEYS = 100_000;

/**
 * Where Kafka's default partitioner (kafkajs's and Java's agree) puts a key. Records without one go round the
 * partitions from the first, where kafkajs would begin anywhere: the same lines always make the same topic.
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
