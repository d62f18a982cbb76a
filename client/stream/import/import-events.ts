import { readLines } from '../../../adapters/files/lines.ts';
import { type KeyedLine, writeEvents } from '../../../adapters/kafka/event-writer.ts';
import { partitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { readCursors } from '../../../db/log/cursors.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Systems } from '../../shared/systems.ts';
import { type ImportResult, importLines } from './import-lines.ts';

/** How to follow what goes into a topic. */
export interface SendOptions {
  /** Gets the number of records that are safely in Kafka, after each batch. */
  readonly onProgress?: ((progress: { readonly sent: number }) => void) | undefined;
  /** Stops between two batches; what was sent stays, and the call answers how much that is. */
  readonly signal?: AbortSignal | undefined;
}

/** How to import lines, and how to follow the work. */
export interface ImportEventsOptions extends SendOptions {
  /** Whether to put the lines in event-time order first, with all of them in memory. Default: false. */
  readonly sort?: boolean | undefined;
  /** Gets a sentence about the first line that would be late, as soon as it is met, and their number at the end. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Lines without their line break: texts, or bytes that go into Kafka as they are. */
export type EventLines = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

export async function importEvents(
  systems: Systems,
  sourceName: string,
  from: string | EventLines,
  { sort, onWarning, onProgress, signal }: ImportEventsOptions,
): Promise<ImportResult> {
  const pool = await systems.pool();
  const kafka = systems.kafka();
  const { source, tables } = await loadStreamEngine(pool, sourceName);
  const cursors = await readCursors(pool, sourceName);
  const partitions = await partitionOffsets(kafka, source.topic);
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

export async function sendEvents(
  systems: Systems,
  sourceName: string,
  records: Iterable<KeyedLine> | AsyncIterable<KeyedLine>,
  options: SendOptions,
): Promise<number> {
  const { topic } = (await loadRegistry(await systems.pool())).source(sourceName);
  return writeEvents(systems.kafka(), topic, records, writeOptions(options));
}

function writeOptions({ onProgress, signal }: SendOptions) {
  return { onProgress: onProgress && ((sent: number) => onProgress({ sent })), signal };
}

async function* bytesOf(lines: EventLines): AsyncGenerator<Buffer, void, undefined> {
  for await (const line of lines) {
    if (typeof line === 'string') yield Buffer.from(line);
    else yield Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }
}
