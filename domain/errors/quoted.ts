import { shortened } from './shortened.ts';

const MOST_CHARACTERS = 100;

/** What somebody gave, or what a row holds, for a message: in quotes, and of what is long the beginning. */
export function quoted(value: unknown): string {
  return `'${shortened(String(value), MOST_CHARACTERS)}'`;
}

/** The key of a row, for a message: of a part that is long the beginning. */
export function keyInWords(parts: readonly unknown[]): string {
  return `[${parts.map((part) => shortened(String(part), MOST_CHARACTERS)).join(', ')}]`;
}
