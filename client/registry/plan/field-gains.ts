import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { readCursors, readFirstOffsets } from '../../../db/log/cursors.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Connections } from '../../shared/connections.ts';

/** Fields that a source which has been read is to gain, and what Kafka has to fill them from. */
export interface FieldGain {
  readonly fields: readonly string[];
  /** The number of offsets that the stream has read, and how many of them Kafka still has. */
  readonly read: bigint;
  readonly kept: bigint;
}

/** By source: the fields that the sources which have been read gain. */
export async function readFieldGains(
  connections: Connections,
  registered: DefinitionSet,
  wanted: DefinitionSet,
  topics: readonly string[],
): Promise<Map<string, FieldGain>> {
  const gains = new Map<string, FieldGain>();
  for (const after of wanted.ofKind('event_source')) {
    const before = registered.find('event_source', after.name);
    const fields = before ? gainedFields(before, after) : [];
    if (fields.length === 0) continue;
    const { read, kept } = await offsetsOf(connections, after, topics);
    if (read > 0n) gains.set(after.name, { fields, read, kept });
  }
  return gains;
}

function gainedFields(before: EventSourceDefinition, after: EventSourceDefinition): string[] {
  const known = new Set(before.fields.map(({ name }) => name));
  return after.fields.map(({ name }) => name).filter((name) => !known.has(name));
}

async function offsetsOf(
  connections: Connections,
  { name, topic }: EventSourceDefinition,
  topics: readonly string[],
): Promise<Pick<FieldGain, 'read' | 'kept'>> {
  const pool = await connections.pool();
  const cursors = await readCursors(pool, name);
  const first = await readFirstOffsets(pool, name);
  const offsets = topics.includes(topic) ? await partitionOffsets(connections.kafka(), topic) : [];
  let [read, kept] = [0n, 0n];
  for (const { partition, nextOffset } of cursors) {
    const from = first.get(partition) ?? 0n;
    const low = offsets.find((one) => one.partition === partition)?.low ?? nextOffset;
    read += nextOffset - from;
    kept += nextOffset - (low > nextOffset ? nextOffset : low > from ? low : from);
  }
  return { read, kept };
}

/** What a gain means for stored events, as a clause. */
export function describeGain({ fields, read, kept }: FieldGain): string {
  const [them, are] = fields.length === 1 ? ['it', 'is'] : ['them', 'are'];
  const what = fields.join(', ');
  if (kept === 0n)
    return `${what} stay${fields.length === 1 ? 's' : ''} empty in stored events: Kafka no longer has their records`;
  const part = kept === read ? 'all offsets' : `${kept} of the ${read} offsets`;
  const rest = kept === read ? '' : `; events of the others lack ${them}`;
  return `${what} ${are} filled from Kafka, which has ${part} that were read${rest}`;
}
