import { relative } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionProblem } from '../../schemas/values/problems.ts';
import { UNREADABLE } from './definition-modules.ts';

/** A problem of the definitions, as the error lists it for programs. */
interface ListedProblem {
  /** The path of the module, from the working directory if it is below it. Null if nobody knows it. */
  readonly file: string | null;
  readonly line: number | null;
  /** The definition in words, such as `stream table 'orders'`, or the option, call or module that is wrong. */
  readonly definition: string;
  /** The member of the definition, such as `features.spend.over`. Null: the definition itself. */
  readonly path: string | null;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** The error that lists all problems of definitions, by their places. */
export function invalidDefinitions(problems: readonly DefinitionProblem[]): AsofError {
  const lines = new Map(
    problems
      .map(listed)
      .sort(byPlace)
      .map((problem) => [lineOf(problem), problem]),
  );
  const areUnreadable = problems.every(({ path }) => path === UNREADABLE);
  const count = lines.size === 1 ? 'there is a problem' : `there are ${lines.size} problems`;
  return new AsofError(
    areUnreadable ? 'ASOF_DEFINITIONS_UNREADABLE' : 'ASOF_DEFINITION_INVALID',
    `${count} in the definitions:\n${[...lines.keys()].map((line) => `✖ ${line}`).join('\n')}`,
    { details: { problems: [...lines.values()] } },
  );
}

function listed({ place, definition, path, message }: DefinitionProblem): ListedProblem {
  const isOfDefinition = path !== '' && path !== UNREADABLE;
  return {
    file: place ? pathFromHere(place.file) : null,
    line: place?.line ?? null,
    definition,
    path: isOfDefinition ? path : null,
    message,
  };
}

/** A place as people read it: `definitions/orders.ts:12`. */
export function placeText({ file, line }: NonNullable<DefinitionProblem['place']>): string {
  return `${pathFromHere(file)}:${line}`;
}

function lineOf({ file, line, definition, path, message }: ListedProblem): string {
  const place = file === null ? '' : `${file}:${line}: `;
  return `${place}${definition}${path === null ? '' : `, ${path}`}: ${message}`;
}

function byPlace(a: ListedProblem, b: ListedProblem): number {
  const [before, after] = [a.file ?? '', b.file ?? ''];
  return before === after ? (a.line ?? 0) - (b.line ?? 0) : before < after ? -1 : 1;
}

function pathFromHere(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
