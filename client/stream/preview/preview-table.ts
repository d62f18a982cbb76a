import { readLines } from '../../../adapters/files/lines.ts';
import { partitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { streamEngine } from '../../../domain/stream/micro-batch.ts';
import { type PreviewCounts, TablePreview } from '../../../domain/stream/preview.ts';
import { type Instant, formatInstant, fromMillis } from '../../../domain/time/instant.ts';
import { type CompiledStreamTable, compileStreamTable } from '../../../domain/windows/stream-table.ts';
import type { WindowRow } from '../../../domain/windows/window-row.ts';
import { momentOf } from '../../shared/moment.ts';
import type { EventLine } from '../import/event-line.ts';
import { type EventLines, bytesOf } from '../import/event-lines.ts';
import type { FileForm } from '../import/file-form.ts';
import { type EventFileFormat } from '../import/import-events.ts';
import { type LineCounts, type LineRejection, eventLines } from '../import/import-lines.ts';
import { tableLines } from '../import/table/table-lines.ts';
import { inTimeOrder } from '../import/time-order.ts';

/** Which rows to compute, and how to take the lines. */
export interface PreviewOptions {
  /** How a file is written, as an import takes it. Default: `ndjson`. */
  readonly format?: EventFileFormat | undefined;
  /**
   * RFC 3339: the newest row of each key that is visible at this moment, as look-ups read it. Omitted: all
   * rows, also those of windows that have not ended yet.
   */
  readonly at?: string | undefined;
  /** The number of rows, at most. Default: all. */
  readonly rows?: number | undefined;
  /** Whether to sort all lines by event time first, in memory. Default: false. */
  readonly sort?: boolean | undefined;
  /** RFC 3339: the Kafka timestamp of all records. Default: now, as an import would have it. */
  readonly kafkaTime?: string | undefined;
  /** Called with what is left out of a table, such as an index that pandas wrote. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A feature row: keys, `feature_ts` as RFC 3339, and features by name. */
export type PreviewRow = Readonly<Record<string, FeatureValue>>;

/** The rows of a table that some events make. */
export interface Preview extends PreviewCounts {
  readonly table: string;
  /** Newest first, then by key. */
  readonly rows: readonly PreviewRow[];
  /** The number of rows, of which `rows` may be some. */
  readonly rowCount: number;
  /** The number of lines that were read, including blank lines. */
  readonly lines: number;
  readonly blank: number;
  /** Why the first dead letters are none. */
  readonly firstRejections: readonly LineRejection[];
  /** What the lines look like if none of them is an event. Null: nothing is known. */
  readonly looksLike: FileForm | null;
}

/** The records that are folded at once. */
const PAGE = 10_000;
/** How many rejected lines are listed. */
const LISTED = 3;

/** The rows of a stream table that the events make. */
export async function previewTable(
  definitions: DefinitionSet,
  table: string,
  events: string | EventLines,
  options: PreviewOptions = {},
): Promise<Preview> {
  const { source, compiled, tables } = compileFor(definitions, table);
  const at = options.at === undefined ? undefined : momentOf('at', options.at);
  const kafkaTs =
    options.kafkaTime === undefined ? fromMillis(Date.now()) : momentOf('kafkaTime', options.kafkaTime);
  const counts: LineCounts = { lines: 0, blank: 0, looksLike: null };
  const read = eventLines(linesFrom(events, source, options), { source, tables, now: () => kafkaTs }, counts);
  const folding = new TablePreview(streamEngine(source, tables), compiled);
  const firstRejections: LineRejection[] = [];
  for await (const page of pagesOf(options.sort === true ? inTimeOrder(read) : read, {
    partitions: source.topicPartitions,
    kafkaTs,
  })) {
    for (const { record, rejection } of folding.add(page.records)) {
      if (firstRejections.length === LISTED) break;
      firstRejections.push({ line: page.lines.get(placeOf(record))!, ...rejection });
    }
  }
  const { count, rows } = folding.rows({ at, most: options.rows });
  return {
    table,
    rows: rows.map((row) => columnsOf(compiled, row)),
    rowCount: count,
    ...folding.counts,
    lines: counts.lines,
    blank: counts.blank,
    firstRejections,
    looksLike:
      folding.counts.events > 0 || (options.format ?? 'ndjson') !== 'ndjson' ? null : counts.looksLike,
  };
}

function linesFrom(
  events: string | EventLines,
  source: EventSourceDefinition,
  { format = 'ndjson', onWarning = () => {} }: PreviewOptions,
): AsyncIterable<Buffer> {
  if (typeof events !== 'string') return bytesOf(events);
  if (format === 'ndjson') return readLines(events);
  return tableLines({ path: events, format }, source, { onWarning });
}

function compileFor(definitions: DefinitionSet, name: string) {
  const definition = definitions.featureTable(name);
  if (definition.kind !== 'stream_table') {
    const instead =
      definition.kind === 'batch_table'
        ? `is a batch table: its SQL runs in the database. Apply the definitions, and run: npx asof batch run ${name}`
        : 'is an external table, which others compute';
    throw new AsofError('ASOF_PREVIEW_REFUSED', `'${name}' ${instead}. A preview computes stream tables`, {
      details: { table: name },
    });
  }
  const source = definitions.source(definition.source);
  const tables = definitions
    .ofKind('stream_table')
    .filter((other) => other.source === source.name)
    .map((other) => compileStreamTable(other, source));
  const compiled = tables.find((other) => other.definition.name === name)!;
  return { source, tables, compiled };
}

interface Topic {
  readonly partitions: number;
  readonly kafkaTs: Instant;
}

interface Page {
  readonly records: KafkaRecord[];
  /** The number of the line of each record, by its place. */
  readonly lines: Map<string, number>;
}

function placeOf({ partition, offset }: Pick<KafkaRecord, 'partition' | 'offset'>): string {
  return `${partition} ${offset}`;
}

/** The records of a topic to which the lines were sent, with the numbers of their lines. */
async function* pagesOf(
  lines: AsyncIterable<EventLine>,
  { partitions, kafkaTs }: Topic,
): AsyncGenerator<Page, void, undefined> {
  const partitionOf = partitionChoice(partitions);
  const offsets = Array.from({ length: partitions }, () => 0n);
  let page: Page = { records: [], lines: new Map() };
  for await (const { number, key, value } of lines) {
    const partition = partitionOf(key);
    const offset = offsets[partition]!;
    offsets[partition] = offset + 1n;
    const keyBytes = key === null ? null : Buffer.from(key);
    page.records.push({ partition, offset, kafkaTs, key: keyBytes, value });
    page.lines.set(placeOf({ partition, offset }), number);
    if (page.records.length < PAGE) continue;
    yield page;
    page = { records: [], lines: new Map() };
  }
  if (page.records.length > 0) yield page;
}

function columnsOf({ definition }: CompiledStreamTable, { key, end, values }: WindowRow): PreviewRow {
  return Object.fromEntries([
    ...definition.primaryKeys.map((name, index) => [name, key[index]!]),
    ['feature_ts', formatInstant(end)],
    ...definition.features.map(({ name }, index) => [name, values[index]!]),
  ]) as PreviewRow;
}
