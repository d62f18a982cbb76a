import { basename, extname } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { inferSource } from '../../../domain/inference/infer-source.ts';
import { sourceNameFor } from '../../../domain/inference/source-name.ts';
import { writeSource } from '../../../domain/inference/write-source.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import { type Instant, fromMillis } from '../../../domain/time/instant.ts';
import type { Connections } from '../../shared/connections.ts';
import { FORM_ADVICE, type FileForm } from '../import/file-form.ts';
import { type SampleReading, readBySource, sourceDefinition } from './read-sample.ts';
import { sampleFile } from './sample-file.ts';
import { sampleTopic } from './sample-topic.ts';

/** Where the records are: in a topic, or one a line in a file (`-`: standard input). */
export type InferFrom = { readonly topic: string } | { readonly file: string };

/** How much to look at. */
export interface InferSourceOptions {
  /** The number of records to look at, at most. Default: 5,000. */
  readonly records?: number | undefined;
  /** The name of the source. Default: made from the name of the topic or the file. */
  readonly name?: string | undefined;
}

/** A definition to start from, and what it makes of the records that it was inferred from. */
export interface InferredDefinition extends SampleReading {
  /** The module of TypeScript that exports the event source. */
  readonly typescript: string;
  /** The event source as `apply` takes it. */
  readonly definition: Definition;
  /** By the name of a field, or of an option of the source: what to know about it, as in the comments. */
  readonly remarks: Readonly<Record<string, readonly string[]>>;
  /** What is in the records and not in the definition. */
  readonly leftOut: readonly string[];
}

/** Enough to see rare shapes; read in a second. */
const DEFAULT_RECORDS = 5_000;

export async function inferEventSource(
  connections: Connections,
  from: InferFrom,
  { records: most = DEFAULT_RECORDS, name }: InferSourceOptions,
): Promise<InferredDefinition> {
  const now = fromMillis(Date.now());
  const { records, baseName, origin, total } =
    'topic' in from
      ? await topicSample(connections, from.topic, most)
      : await fileSample(from.file, most, now);
  const inference = inferSource(records, {
    name: name ?? sourceNameFor(baseName),
    topic: 'topic' in from ? from.topic : undefined,
    now,
  });
  const definition = sourceDefinition(inference.source);
  const reading = readBySource(definition, records);
  const { events, deadLetters, skipped } = reading;
  const heading = [
    `A definition to start from, inferred from ${records.length} of the ${total} of ${origin}. Read it, and correct it.`,
    `Of ${definition.explode ? 'their elements' : 'these records'} ${events} are events, ${deadLetters} dead letters, ${skipped} skipped.`,
  ];
  return {
    typescript: writeSource(inference, heading),
    definition,
    ...reading,
    remarks: Object.fromEntries(inference.remarks),
    leftOut: inference.leftOut,
  };
}

/** Sampled records, and what they are a sample of. */
interface Sample {
  readonly records: readonly KafkaRecord[];
  readonly origin: string;
  /** What the source is called after. */
  readonly baseName: string;
  readonly total: string;
}

async function topicSample(connections: Connections, topic: string, most: number): Promise<Sample> {
  const { records, offsets } = await sampleTopic(connections.kafka(), topic, most);
  return { records, origin: topic, baseName: topic, total: `${offsets} offsets` };
}

async function fileSample(file: string, most: number, now: Instant): Promise<Sample> {
  const { records, lines, looksLike } = await sampleFile(file, most, now);
  if (looksLike !== undefined && !records.some(isObjectOrList)) {
    throw new AsofError('ASOF_INFERENCE_FAILED', `cannot infer a definition: ${adviceOn(looksLike)}`, {
      details: { file, looksLike },
    });
  }
  const [origin, baseName] = file === '-' ? ['standard input', 'events'] : [basename(file), nameOfFile(file)];
  return { records, origin, baseName, total: `${lines} lines` };
}

/** A table says its own columns and types; only what import takes for events is inferred from. */
function adviceOn(form: FileForm): string {
  if (form !== 'csv' && form !== 'parquet') return FORM_ADVICE[form];
  return `this looks like ${form === 'csv' ? 'CSV' : 'Parquet'}; expected one JSON object a line`;
}

/** Whether a line begins as an object, or is a whole list: of a file that is one list, lines have parts of it. */
function isObjectOrList({ value }: KafkaRecord): boolean {
  const text = Buffer.from(value!);
  return text[0] === '{'.charCodeAt(0) || /^\[.*\]\s*$/s.test(text.toString());
}

/** `data/shop-events.ndjson` is of `shop-events`. */
function nameOfFile(path: string): string {
  return basename(path, extname(path));
}
