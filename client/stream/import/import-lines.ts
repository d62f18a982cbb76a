import { isBlank, withoutMark } from '../../../adapters/files/first-bytes.ts';
import type { KeyedLine } from '../../../adapters/kafka/event-writer.ts';
import type { PartitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import type { Decoded } from '../../../domain/log/decode-event.ts';
import type { Watermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { type Instant, formatInstant, fromMillis } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { type EventLine, eventLineReader } from './event-line.ts';
import { type FileForm, fileForm } from './file-form.ts';
import { type Lateness, isLate, latenessJudge } from './lateness-judge.ts';
import { inTimeOrder } from './time-order.ts';

export interface ImportOptions {
  readonly source: EventSourceDefinition;
  /** The source's tables. An event is late if it is late for a window of one of them. */
  readonly tables: readonly CompiledStreamTable[];
  /** Sorts all lines by event time first, in memory. */
  readonly sort?: boolean | undefined;
  /** The watermark of each partition after the records that the topic already holds. Default: none. */
  readonly watermarks?: ReadonlyMap<number, Watermark> | undefined;
  /** Called at the first line that would be late, and with the number of such lines at the end. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** The result of an import. */
export interface ImportResult {
  /** The number of lines that were read, including blank lines; of a table, the number of its rows. */
  readonly lines: number;
  /** The number of lines in Kafka. `sent` + `blank` = `lines`, unless the import was stopped. */
  readonly sent: number;
  /** The number of blank lines, which are not sent. */
  readonly blank: number;
  /** The number of events that the stream will take from the sent lines. */
  readonly events: number;
  /** The number of events of the sent lines, and of empty lists, that are not for the source. */
  readonly skipped: number;
  /** The number of dead letters that the sent lines will make. */
  readonly deadLetters: number;
  /** Why the other sent lines will be dead letters: the reasons of the first of them, by line. */
  readonly firstRejections: readonly LineRejection[];
  /** What the lines look like if none of them is an event. Null: nothing is known. */
  readonly looksLike: FileForm | null;
  /** The number of lines that would be late events, given the records that the stream has read so far. */
  readonly wouldBeLate: number;
  /** How many of these would be late in any order of the lines, since the stream has read newer events. */
  readonly behindTopic: number;
}

/** A line that will be a dead letter, and why. */
export interface LineRejection {
  /** Counted from 1; of a table, the number of the row below the heading. */
  readonly line: number;
  /** The code of the reason, such as `missing_field`. */
  readonly reason: string;
  /** The reason in words: what is wrong, and what to do. */
  readonly detail: string;
}

/** How many rejected lines are listed. */
const LISTED = 3;

export interface LineTransport {
  readonly partitionOf: PartitionChoice;
  /** Sends the lines in order. Returns the number of sent lines. */
  readonly write: (lines: AsyncIterable<KeyedLine>) => Promise<number>;
  /** The Kafka timestamp of a record that is sent now. */
  readonly now?: () => Instant;
}

/** Imports lines from any origin to any transport. */
export async function importLines(
  lines: AsyncIterable<Buffer>,
  options: ImportOptions & LineTransport,
): Promise<ImportResult> {
  const { sort = false, onWarning = () => {}, write } = options;
  const counts: Counts = {
    lines: 0,
    blank: 0,
    events: 0,
    skipped: 0,
    deadLetters: 0,
    firstRejections: [],
    looksLike: null,
    wouldBeLate: 0,
    behindTopic: 0,
  };
  const read = eventLines(lines, options, counts);
  const sent = await write(judged(sort ? inTimeOrder(read) : read, { ...options, onWarning }, counts));
  const { wouldBeLate, behindTopic } = counts;
  if (wouldBeLate > 0) {
    const behind =
      behindTopic === 0 ? '' : `, ${behindTopic} of them because the topic already holds newer events`;
    onWarning(`${wouldBeLate} of ${counts.lines} lines would be late for a window${behind}`);
  }
  return { ...counts, looksLike: counts.events > 0 ? null : counts.looksLike, sent };
}

type Counts = LineCounts & {
  -readonly [Name in Exclude<keyof ImportResult, 'sent' | 'firstRejections' | keyof LineCounts>]: number;
} & { readonly firstRejections: LineRejection[] };

/** What was read of some lines so far. */
export interface LineCounts {
  lines: number;
  blank: number;
  looksLike: FileForm | null;
}

const clock = (): Instant => fromMillis(Date.now());

/** Reads lines as records that reach Kafka `now`, without blank lines. */
export async function* eventLines(
  lines: AsyncIterable<Buffer>,
  { source, tables, now = clock }: Pick<ImportOptions & LineTransport, 'source' | 'tables' | 'now'>,
  counts: LineCounts,
): AsyncGenerator<EventLine, void, undefined> {
  const read = eventLineReader(source, tables);
  for await (const given of lines) {
    counts.lines += 1;
    const isFirst = counts.lines === 1;
    if (isFirst) counts.looksLike = fileForm(given) ?? null;
    const line = isFirst ? withoutMark(given) : given;
    if (isBlank(line)) counts.blank += 1;
    else yield read(counts.lines, line, now());
  }
}

/** Judges each line, and names the partition that it was judged for, so that it is sent there. */
async function* judged(
  lines: AsyncIterable<EventLine>,
  options: ImportOptions & LineTransport & { onWarning: (message: string) => void },
  counts: Counts,
): AsyncGenerator<KeyedLine, void, undefined> {
  const { source, tables, watermarks, partitionOf, now = clock, onWarning } = options;
  const judge = latenessJudge(source, tables, watermarks);
  for await (const { number, key, value, decoded } of lines) {
    for (const one of decoded) count(number, one, counts);
    const partition = partitionOf(key);
    const events = decoded.flatMap((one) => ('event' in one ? [one.event] : []));
    const lateness = judge({ partition, events, kafkaTs: now() });
    if (lateness) {
      const behind = events.find((event) => isLate(tables, event, watermarks?.get(partition)));
      counts.wouldBeLate += 1;
      if (behind) counts.behindTopic += 1;
      const late = {
        number,
        ...lateness,
        event: behind ?? lateness.event,
        isBehindTopic: behind !== undefined,
      };
      if (counts.wouldBeLate === 1) onWarning(lateLine(late, options));
    }
    yield { key, value, partition };
  }
}

function count(line: number, decoded: Decoded, counts: Counts): void {
  if ('event' in decoded) counts.events += 1;
  else if ('skipped' in decoded) counts.skipped += 1;
  else {
    counts.deadLetters += 1;
    if (counts.firstRejections.length < LISTED) counts.firstRejections.push({ line, ...decoded.rejection });
  }
}

/** A line that would be late. */
interface LateLine extends Lateness {
  readonly number: number;
  /** Whether it would be late if it were the first line. */
  readonly isBehindTopic: boolean;
}

function lateLine({ number, event, watermark, isBehindTopic }: LateLine, { source }: ImportOptions): string {
  const [mover, advice] = isBehindTopic
    ? ['the events that the topic already holds', 'no order of the file changes that']
    : ['the lines before it in its partition', 'give --sort to put the file in event-time order'];
  return (
    `line ${number} would be late for a window: its ${source.eventTime} is ${formatInstant(event.eventTs)}, and ${mover} ` +
    `have moved the watermark to ${formatInstant(watermark)} (${source.allowedLateness} behind the newest); ${advice}`
  );
}
