import { AsofError } from '../../domain/errors/asof-error.ts';
import { nearestName } from '../../domain/errors/nearest-name.ts';
import { quoted } from '../../domain/errors/quoted.ts';
import { noteProblem } from './problems.ts';

/** The names of the options of a function. A record, so that the compiler asks for each of them. */
export type OptionNames<Options> = {
  readonly [Name in Options extends unknown ? keyof Options & string : never]: true;
};

const CODE = 'ASOF_DEFINITION_INVALID';
/** The names that an error lists. */
const MOST_NAMED = 10;

/**
 * Checks that options have no names but these, so that a mistyped one is never ignored.
 *
 * @param what takes the options, in words. What has an option `name` is called by it.
 * @returns the options; without the unknown ones, where problems are collected.
 * @throws AsofError `ASOF_DEFINITION_INVALID`, naming the nearest option.
 */
export function expectOptions<Options>(
  what: string,
  given: Options,
  names: Readonly<Record<string, true>>,
): Options {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new AsofError(CODE, `${what} takes its options as an object, not ${quoted(given)}`);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(names, name));
  if (unknown.length === 0) return given;
  const options = Object.keys(names);
  const named = 'name' in names && 'name' in given ? `${what} ${quoted(given.name)}` : what;
  const problems = unknown
    .slice(0, MOST_NAMED)
    .map((name) => `there is no option ${quoted(name)}${didYouMean(name, options)}`);
  const known = `its options are ${options.join(', ')}`;
  const call = new Error();
  const areNoted = problems.map((message) =>
    noteProblem(call, { definition: named, path: '', message: `${message}; ${known}` }),
  );
  if (areNoted.every(Boolean)) return only(given, names);
  throw new AsofError(
    CODE,
    `${named} is not valid:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}\n  ${known}`,
    { details: { unknown: unknown.slice(0, MOST_NAMED), options } },
  );
}

function only<Options extends object>(given: Options, names: Readonly<Record<string, true>>): Options {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(names, name))) as Options;
}

/** The question that follows a mistyped name. Empty if no name is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/** Of shorter names every other one is near. */
const LEAST_CHARACTERS = 3;

/** What follows an unknown name: the nearest of those that there are, or some of them. */
export function expectedOf(name: string, names: readonly string[]): string {
  const question = name.length < LEAST_CHARACTERS ? '' : didYouMean(name, names);
  if (question !== '' || names.length === 0) return question;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `; expected one of ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}
