import { AsofError } from '../errors/asof-error.ts';
import { LEAKS, type Leak } from '../registry/spine-definition.ts';

/** Two splits each, the one whose rows should be earlier first. */
export const SPLIT_PAIRS = [
  ['train', 'val'],
  ['train', 'test'],
  ['val', 'test'],
] as const;

/** A number for each two splits, such as `train-test`. */
export type SplitPairs = Readonly<Record<string, number>>;

/**
 * What leaks between two splits: how many keys are in both, and how many rows of the earlier one are later than the
 * first row of the later one.
 */
export type SplitLeaks = Readonly<Record<Leak, SplitPairs>>;

/** The numbers of {@link SPLIT_PAIRS}, by name. */
export function splitPairs(numbers: readonly number[]): SplitPairs {
  return Object.fromEntries(SPLIT_PAIRS.map((pair, at) => [pair.join('-'), numbers[at]!]));
}

const WORDS: Readonly<Record<Leak, string>> = {
  entities: 'keys that are in two splits',
  time: 'rows of a split later than the first row of the next',
};

/** What leaks, a line for each kind. */
export function leakNotes(leaks: SplitLeaks): string[] {
  return LEAKS.flatMap((leak) => {
    const found = Object.entries(leaks[leak]).filter(([, count]) => count > 0);
    const counts = found.map(([pair, count]) => `${count} (${pair.replace('-', ', ')})`);
    return found.length === 0 ? [] : [`${WORDS[leak]}: ${counts.join('; ')}`];
  });
}

/**
 * Refuses a set whose splits leak what they must not.
 *
 * @throws AsofError `ASOF_SPLITS_LEAK`.
 */
export function refuseLeaks(leaks: SplitLeaks, refused: readonly Leak[]): void {
  const empty = splitPairs(SPLIT_PAIRS.map(() => 0));
  const found = leakNotes({
    entities: refused.includes('entities') ? leaks.entities : empty,
    time: refused.includes('time') ? leaks.time : empty,
  });
  if (found.length === 0) return;
  throw new AsofError(
    'ASOF_SPLITS_LEAK',
    `the splits leak what spine.refuseLeaks refuses:\n${found.map((line) => `✖ ${line}`).join('\n')}\n` +
      'Nothing was built; split otherwise, or take it from refuseLeaks',
    { details: { leaks } },
  );
}
