import { readLines } from '../../../adapters/files/lines.ts';
import { type KeyedLine, writeEvents } from '../../../adapters/kafka/event-writer.ts';
import { partitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import { type PartitionOffsets, partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { type Cursor, readCursors } from '../../../db/log/cursors.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Connections } from '../../shared/connections.ts';
import { type EventLines, bytesOf } from './event-lines.ts';
import { type ImportResult, importLines } from './import-lines.ts';
import { type TableFile, tableLines } from './table/table-lines.ts';

/** How to send records to a topic. */
export interface SendOptions {
  /** Called after each batch with the number of records that Kafka has acknowledged. */
  readonly onProgress?: ((progress: { readonly sent: number }) => void) | undefined;
  /** Stops between two batches: the call returns normally, with the number of records that were sent. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a file of events is written: `ndjson` has one JSON object a line; of `csv` and `parquet` each row is an
 * event, and each column a member.
 */
export type EventFileFormat = 'ndjson' | TableFile['format'];

/** How to import lines, and how to follow the work. */
export interface ImportEventsOptions extends SendOptions {
  /** How the file is written. Nothing is inferred from its name. Default: `ndjson`. */
  readonly format?: EventFileFormat | undefined;
  /** Whether to sort all lines by event time first, in memory. Default: false. */
  readonly sort?: boolean | undefined;
  /**
   * Called with a message at the first line that would be late, and with the number of such lines at the end;
   * and for columns of a table that are left out.
   */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export async function importEvents(
  connections: Connections,
  sourceName: string,
  from: string | EventLines,
  { format = 'ndjson', sort, onWarning, onProgress, signal }: ImportEventsOptions,
): Promise<ImportResult> {
  if (typeof from !== 'string' && format !== 'ndjson') throw linesOfTable(format);
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
  const lines =
    typeof from !== 'string'
      ? bytesOf(from)
      : format === 'ndjson'
        ? readLines(from, signal)
        : tableLines({ path: from, format }, source, { signal, onWarning: onWarning ?? (() => {}) });
  const result = await importLines(lines, {
    source,
    tables,
    sort,
    onWarning,
    watermarks: new Map(cursors.map(({ partition, watermark }) => [partition, watermark])),
    partitionOf: partitionChoice(partitions.length),
    write: (lines) => writeEvents(kafka, source.topic, lines, writeOptions({ onProgress, signal })),
  });
  return format === 'ndjson' ? result : { ...result, looksLike: null };
}

function linesOfTable(format: EventFileFormat): AsofError {
  return new AsofError(
    'ASOF_INPUT_INVALID',
    `lines are JSON objects, so the format '${format}' is not possible; give the path of the file, or leave out the format`,
    { details: { format } },
  );
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
