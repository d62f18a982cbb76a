import { splitLines } from '../../../../../adapters/files/lines.ts';
import type { KeyedLine } from '../../../../../adapters/kafka/event-writer.ts';
import { partitionChoice } from '../../../../../adapters/kafka/partition-choice.ts';
import {
  type ImportOptions,
  type ImportResult,
  type LineTransport,
  importLines,
} from '../../../../../client/stream/import/import-lines.ts';
import { type Instant, parseInstant } from '../../../../../domain/time/instant.ts';
import { source, table } from '../../../simulator/churn-stream.ts';

/** The time of the imports in these tests, long after the events. */
export const NOW: Instant = parseInstant('2030-01-01T00:00:00Z')!;

export interface Imported {
  readonly result: ImportResult;
  readonly sent: KeyedLine[];
  readonly warnings: string[];
}

/** Imports text as events of the churn example; collects the lines in place of a topic. */
export async function importText(
  text: string | Buffer,
  options: Partial<ImportOptions & LineTransport> & { partitions?: number } = {},
): Promise<Imported> {
  const sent: KeyedLine[] = [];
  const warnings: string[] = [];
  const result = await importLines(splitLines(chunks(Buffer.from(text))), {
    source,
    tables: [table],
    partitionOf: partitionChoice(options.partitions ?? 4),
    now: () => NOW,
    onWarning: (message) => warnings.push(message),
    write: async (lines) => {
      for await (const line of lines) sent.push(line);
      return sent.length;
    },
    ...options,
  });
  return { result, sent, warnings };
}

/** Divides bytes into chunks whose ends are unrelated to line breaks. */
export async function* chunks(bytes: Buffer, size = 7): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function eventAt(time: string, user = 'u_1', more: object = {}): string {
  return JSON.stringify({ user_id: user, event_ts: time, ...more });
}

export function texts(sent: readonly KeyedLine[]): string[] {
  return sent.map(({ value }) => value.toString());
}
