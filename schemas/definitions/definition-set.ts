import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { DEFINITION_KINDS, definitionKinds } from '../../domain/registry/definition-kinds.ts';
import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { parseOrThrow } from '../values/parse.ts';
import { kindRules, rulesOf } from './kind-rules.ts';

const [first, ...others] = DEFINITION_KINDS.map((kind) => kindRules[kind].schema);

/** A definition of any kind, as the registry has it. */
export const definitionSchema = z.discriminatedUnion('kind', [first!, ...others]);

/** A problem between definitions. */
export interface DefinitionMisfit {
  /** The definition that has the problem; of those that share a name, all. */
  readonly definitions: readonly [Definition, ...Definition[]];
  /** What is wrong, and what to do. It begins with the definition in words, and then with the feature if it is of one. */
  readonly message: string;
}

/**
 * Checks definitions one by one and against each other: whatever one of them names must exist, and have the
 * right type.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function definitionSet(definitions: readonly unknown[]): DefinitionSet {
  const set = new DefinitionSet(
    parseOrThrow(z.array(definitionSchema), definitions, 'ASOF_DEFINITION_INVALID', 'the definitions'),
  );
  const problems = [...clashesIn(set), ...set.definitions.flatMap((one) => misfitsOf(one, set))].map(
    ({ message }) => message,
  );
  if (problems.length === 0) return set;
  throw new AsofError(
    'ASOF_DEFINITION_INVALID',
    `the definitions do not fit together:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}`,
    { details: { problems } },
  );
}

/** Finds the names that more than one definition claims. */
export function clashesIn(set: DefinitionSet): DefinitionMisfit[] {
  const owners = new Map<string, { readonly name: string; readonly owners: Definition[] }>();
  for (const definition of set.definitions) {
    for (const { among, name } of rulesOf(definition).claims(definition)) {
      const claim = owners.get(`${among} ${name}`) ?? { name, owners: [] };
      owners.set(`${among} ${name}`, { name, owners: [...claim.owners, definition] });
    }
  }
  return [...owners.values()].flatMap(({ name, owners: [one, ...others] }) => {
    if (!one || others.length === 0) return [];
    const rest = others.map(titleOf).join(' and ');
    const message = `${titleOf(one)}: would share the name ${name} with ${rest}; rename one`;
    return [{ definitions: [one, ...others], message }];
  });
}

/** Finds what prevents a definition from being made of the others. */
export function misfitsOf(definition: Definition, set: DefinitionSet): DefinitionMisfit[] {
  const problems = rulesOf(definition).problems(definition, set);
  return problems.map((message) => ({ definitions: [definition], message }));
}

/** A definition in words: `stream table 'orders'`. */
function titleOf({ kind, name }: Definition): string {
  return `${definitionKinds[kind].title} '${name}'`;
}
