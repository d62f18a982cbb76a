import { AsofError } from '../../domain/errors/asof-error.ts';
import { nearestName } from '../../domain/errors/nearest-name.ts';
import { quoted } from '../../domain/errors/quoted.ts';

/** The names of the options of a function. A record, so that the compiler asks for each of them. */
export type OptionNames<Options> = {
  readonly [Name in Options extends unknown ? keyof Options & string : never]: true;
};

const CODE = 'ASOF_DEFINITION_INVALID';
/** The unknown options that an error names. */
const MOST_NAMED = 10;

/**
 * Checks that options have no names but these, so that a mistyped one is never ignored.
 *
 * @param what takes the options, in words. What has an option `name` is called by it.
 * @throws AsofError `ASOF_DEFINITION_INVALID`, naming the nearest option.
 */
export function expectOptions(what: string, given: unknown, names: Readonly<Record<string, true>>): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new AsofError(CODE, `${what} takes its options as an object, not ${quoted(given)}`);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(names, name));
  if (unknown.length === 0) return;
  const options = Object.keys(names);
  const named = 'name' in names && 'name' in given ? `${what} ${quoted(given.name)}` : what;
  const problems = unknown
    .slice(0, MOST_NAMED)
    .map((name) => `✖ there is no option ${quoted(name)}${didYouMean(name, options)}`);
  throw new AsofError(
    CODE,
    `${named} is not valid:\n${problems.join('\n')}\n  its options are ${options.join(', ')}`,
    { details: { unknown: unknown.slice(0, MOST_NAMED), options } },
  );
}

/** The question that follows a mistyped name. Empty if no name is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}
