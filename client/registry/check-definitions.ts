import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import {
  type DefinitionMisfit,
  clashesIn,
  definitionSchema,
  misfitsOf,
} from '../../schemas/definitions/definition-set.ts';
import { originOf } from '../../schemas/definitions/making/origin.ts';
import { pathText } from '../../schemas/definitions/making/problem-paths.ts';
import { usesOf } from '../../schemas/definitions/making/uses.ts';
import { parsed } from '../../schemas/values/parse.ts';
import type { DefinitionProblem } from '../../schemas/values/problems.ts';
import { placeText } from './definition-problems.ts';
import { type Found, foundAt, titleFound } from './found-definition.ts';

/**
 * Checks found definitions one by one, and then against each other. Of a definition that is made of an invalid one
 * nothing is said, since it would be the same problem again.
 *
 * @param others definitions that are checked too, and that no other one is checked against.
 */
export function checkDefinitions(
  found: readonly Found[],
  others: readonly Found[] = [],
): { readonly definitions: readonly Definition[]; readonly misfits: readonly DefinitionProblem[] } {
  const invalid = new Set<object>([...found, ...others].map(({ holder }) => holder).filter(isInvalid));
  const own: DefinitionProblem[] = [];
  const valid = found.flatMap((one) => checkedAlone(one));
  const repeated = others.flatMap((one) => checkedAlone(one));
  const all = new Map([...valid, ...repeated]);
  const set = new DefinitionSet(valid.map(([definition]) => definition));
  const misfits = [
    ...clashesIn(set),
    ...[...set.definitions, ...repeated.map(([definition]) => definition)]
      .filter((definition) => isWhole(all.get(definition)!))
      .flatMap((definition) => misfitsOf(definition, set)),
  ];
  return {
    definitions: set.definitions,
    misfits: [...own, ...misfits.map((misfit) => problemOf(misfit, all))],
  };

  /** The definition as its schema gives it back. None if it is invalid. */
  function checkedAlone(one: Found): [Definition, Found][] {
    const { definition } = one.holder;
    if (invalid.has(one.holder)) return [];
    if (originOf(one.holder)?.state === 'mended') return [[definition, one]];
    const { data, issues } = parsed(definitionSchema, definition);
    if (data) return [[data, one]];
    invalid.add(one.holder);
    for (const { path, message } of issues)
      own.push({ ...foundAt(one), path: pathText(path, definition), message });
    return [];
  }

  function isWhole({ holder, isStored }: Found): boolean {
    // A stored definition does not say what it is made of.
    return isStored ? invalid.size === 0 : !isMadeOf(invalid, holder);
  }
}

function isInvalid(made: object): boolean {
  return originOf(made)?.state === 'invalid';
}

/** Whether something that a definition or lookup names is invalid. */
function isMadeOf(invalid: ReadonlySet<object>, made: object): boolean {
  return usesOf(made).some((used) => invalid.has(used) || isInvalid(used) || isMadeOf(invalid, used));
}

function problemOf(
  { definitions: [definition, ...others], message }: DefinitionMisfit,
  found: ReadonlyMap<Definition, Found>,
): DefinitionProblem {
  const one = found.get(definition)!;
  const title = titleFound(one);
  const { said, member, part } = partOf(
    message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message,
  );
  const places = others.flatMap((other) => foundAt(found.get(other)!).place ?? []);
  const elsewhere = places.length === 0 ? '' : ` (also at ${places.map(placeText).join(', ')})`;
  return {
    ...foundAt(one, part),
    path: part === undefined ? '' : `${member}.${part}`,
    message: `${said}${elsewhere}`,
  };
}

/** A message without the feature that it begins with, if it does, and the member of the definition that has it. */
function partOf(message: string) {
  const found = /^(?<of>request )?feature '(?<part>[^']+)': (?<said>.*)$/s.exec(message)?.groups;
  const member = found?.['of'] === undefined ? 'features' : 'requestFeatures';
  return { said: found?.['said'] ?? message, member, part: found?.['part'] };
}
