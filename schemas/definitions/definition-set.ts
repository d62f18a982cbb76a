import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { DEFINITION_KINDS } from '../../domain/registry/definition-kinds.ts';
import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import { parseOrThrow } from '../values/parse.ts';
import { kindRules, rulesOf } from './kind-rules.ts';

const [first, ...others] = DEFINITION_KINDS.map((kind) => kindRules[kind].schema);

const definitionSchema = z.discriminatedUnion('kind', [first!, ...others]);

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
  const problems = [...clashes(set), ...misfits(set)];
  if (problems.length === 0) return set;
  throw new AsofError(
    'ASOF_DEFINITION_INVALID',
    `the definitions do not fit together:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}`,
    { details: { problems } },
  );
}

/** Finds the names that more than one definition claims. */
function clashes(set: DefinitionSet): string[] {
  const owners = new Map<string, { readonly name: string; readonly owners: string[] }>();
  for (const definition of set.definitions) {
    for (const { among, name } of rulesOf(definition).claims(definition)) {
      const claim = owners.get(`${among} ${name}`) ?? { name, owners: [] };
      owners.set(`${among} ${name}`, { name, owners: [...claim.owners, `'${definition.name}'`] });
    }
  }
  return [...owners.values()]
    .filter((claim) => claim.owners.length > 1)
    .map((claim) => `${claim.owners.join(' and ')} would share the name ${claim.name}; rename one`);
}

function misfits(set: DefinitionSet): string[] {
  return set.definitions.flatMap((definition) => rulesOf(definition).problems(definition, set));
}
