import { shortened } from './shortened.ts';

const MOST_CHARACTERS = 100;

/** What somebody gave, or what a row holds, for a message: in quotes, and of what is long the beginning. */
export function quoted(value: unknown): string {
  return `'${shortened(String(value), MOST_CHARACTERS)}'`;
}
