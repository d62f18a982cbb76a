import { type CodePlace, placeOf } from './place.ts';

/** A problem of a definition. */
export interface DefinitionProblem {
  /** Undefined where nobody knows it. */
  readonly place: CodePlace | undefined;
  /** The definition in words, such as `stream table 'orders'`, or the option or call that is wrong. */
  readonly definition: string;
  /** The member of the definition, such as `features.spend.over`. Empty: the definition itself. */
  readonly path: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/**
 * Where the problems go that the functions of the language find while modules of definitions are loaded. The symbol is
 * registered, because these modules may import another copy of Asof than the program that loads them.
 */
const COLLECTED = Symbol.for('asof.problems');

type Collected = { [COLLECTED]?: DefinitionProblem[] | undefined };

/**
 * Runs `work`, in which the functions of the language collect what is wrong, and go on. Outside they throw. One such
 * work runs at a time.
 */
export async function collectingProblems<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly problems: readonly DefinitionProblem[] }> {
  const all = globalThis as Collected;
  const problems: DefinitionProblem[] = [];
  all[COLLECTED] = problems;
  try {
    return { result: await work(), problems };
  } finally {
    all[COLLECTED] = undefined;
  }
}

/**
 * Notes a problem of what the user's module calls, at the place of `call`. False if problems are not collected: then
 * the caller throws.
 */
export function noteProblem(call: Error, problem: Omit<DefinitionProblem, 'place'>): boolean {
  const problems = (globalThis as Collected)[COLLECTED];
  problems?.push({ place: placeOf(call), ...problem });
  return problems !== undefined;
}

export function isCollecting(): boolean {
  return (globalThis as Collected)[COLLECTED] !== undefined;
}
