import { readLines } from '../../../adapters/files/lines.ts';
import { type KeyedLine, writeEvents } from '../../../adapters/kafka/event-writer.ts';
import { partitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import { type PartitionOffsets, partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { type Cursor, readCursors } from '../../../db/log/cursors.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Connections } from '../../shared/connections.ts';
import { type EventLines, bytesOf } from './event-lines.ts';
import { type ImportResult, importLines } from './import-lines.ts';

/** How to send records to a topic. */
export interface SendOptions {
  /** Called after each batch with the number of records that Kafka has acknowledged. */
  readonly onProgress?: ((progress: { readonly sent: number }) => void) | undefined;
  /** Stops between two batches: the call returns normally, with the number of records that were sent. */
  readonly signal?: AbortSignal | undefined;
}

/** How to import lines, and how to follow the work. */
export interface ImportEventsOptions extends SendOptions {
  /** Whether to sort all lines by event time first, in memory. Default: false. */
  readonly sort?: boolean | undefined;
  /**
   * Called with a message at the first line that would be late, and with the number of such lines at the end.
   */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export async function importEvents(
  connections: Connections,
  sourceName: string,
  from: string | EventLines,
  { sort, onWarning, onProgress, signal }: ImportEventsOptions,
): Promise<ImportResult> {
  const pool = await connections.pool();
  const kafka = connections.kafka();
  const { source, tables } = await loadStreamEngine(pool, sourceName);
  const cursors = await readCursors(pool, sourceName);
  const partitions = await partitionOffsets(kafka, source.topic);
  const unread = unreadOffsets(partitions, cursors);
  if (unread > 0)
    onWarning?.(
      `the stream has not read ${unread} offsets of the topic yet; if they hold newer events, more lines will be late than are said here`,
    );
  return importLines(typeof from === 'string' ? readLines(from, signal) : bytesOf(from), {
    source,
    tables,
    sort,
    onWarning,
    watermarks: new Map(cursors.map(({ partition, watermark }) => [partition, watermark])),
    partitionOf: partitionChoice(partitions.length),
    write: (lines) => writeEvents(kafka, source.topic, lines, writeOptions({ onProgress, signal })),
  });
}

function unreadOffsets(partitions: readonly PartitionOffsets[], cursors: readonly Cursor[]): number {
  return partitions.reduce((sum, { partition, low, high }) => {
    const cursor = cursors.find((candidate) => candidate.partition === partition);
    return sum + Number(high - (cursor?.nextOffset ?? low));
  }, 0);
}

export async function sendEvents(
  connections: Connections,
  sourceName: string,
  records: Iterable<KeyedLine> | AsyncIterable<KeyedLine>,
  options: SendOptions,
): Promise<number> {
  const { topic } = (await loadRegistry(await connections.pool())).source(sourceName);
  return writeEvents(connections.kafka(), topic, records, writeOptions(options));
}

function writeOptions({ onProgress, signal }: SendOptions) {
  return { onProgress: onProgress && ((sent: number) => onProgress({ sent })), signal };
}
