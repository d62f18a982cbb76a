import { shortened } from '../../domain/errors/shortened.ts';

const MOST_CHARACTERS = { ofMessage: 4_000, ofForeignMessage: 500, ofDetail: 500 };
const MOST_ENTRIES = 20;
/** Deep enough for what Asof's errors hold, and few enough for any history. */
const DEEPEST = 4;

/** The message of an error of Asof, for a workflow's history. It lists at most some lines by itself. */
export function boundedMessage(message: string): string {
  return shortened(message, MOST_CHARACTERS.ofMessage);
}

/**
 * A copy of an error of another library, and of its causes, that a workflow's history can hold. Such a message
 * may repeat the data that it is about, at any length, and the stack repeats the message.
 */
export function boundedError(error: unknown, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(shortened(String(error), MOST_CHARACTERS.ofForeignMessage));
  const hasCause = error.cause !== undefined && depth < DEEPEST;
  const message = shortened(error.message, MOST_CHARACTERS.ofForeignMessage);
  const copy = new Error(message, hasCause ? { cause: boundedError(error.cause, depth + 1) } : {});
  copy.name = error.name;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  copy.stack = [`${error.name}: ${message}`, ...frames].join('\n');
  return copy;
}

/** The details of an error with long texts cut, and long lists and deep objects left out. */
export function boundedDetails(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return shortened(value, MOST_CHARACTERS.ofDetail);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value))
    return value.slice(0, MOST_ENTRIES).map((entry: unknown) => boundedDetails(entry, depth + 1));
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(entries.map(([key, entry]) => [key, boundedDetails(entry, depth + 1)]));
}
