import { Namespace } from '../../domain/namespace.ts';
import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import { type Definition, sameDefinition } from '../../domain/registry/definition.ts';
import { originOf } from '../../schemas/definitions/making/origin.ts';
import { usesOf } from '../../schemas/definitions/making/uses.ts';
import type { DefinitionProblem } from '../../schemas/values/problems.ts';
import { checkDefinitions } from './check-definitions.ts';
import { loadModules, missingDefinitions, problemsNotedAt } from './definition-modules.ts';
import { invalidDefinitions, placeText } from './definition-problems.ts';
import { type DefinitionHolder, type Found, foundAt, titleFound } from './found-definition.ts';

/**
 * A definition as a function of the definition language returns it (`streamTable({ … })`), or as the registry
 * stores it. A stored one takes the place of that of its kind and name which others are made of, and brings nothing
 * along: what it names must be given too.
 */
export type GivenDefinition = Definition | DefinitionHolder;

/**
 * Loads every definition that the modules of a folder and of its sub-folders export, or takes the definitions
 * themselves, with all that these are made of, and checks that they fit together. Names the topics that the user
 * did not name, in the deployment's namespace.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if a folder has none; `ASOF_PATH_UNSUPPORTED` for an
 * address; `ASOF_DEFINITION_INVALID`, listing all problems of all modules, each with its file and line;
 * `ASOF_DEFINITIONS_UNREADABLE` if the only problem is that modules cannot be loaded.
 */
export async function definitionsFrom(
  given: string | readonly GivenDefinition[],
  namespace = Namespace.default,
): Promise<DefinitionSet> {
  const { roots, problems } =
    typeof given === 'string' ? await loadExported(given) : { roots: given.map(asFound), problems: [] };
  const found = [...roots, ...usedBy(roots)];
  const noted = problemsNotedAt(found.map((one) => foundAt(one).place));
  const { distinct, others, clashes } = withoutRepeats(found);
  const { definitions, misfits } = checkDefinitions(distinct, others);
  const all = [...problems, ...noted, ...clashes, ...misfits];
  if (all.length > 0) throw invalidDefinitions(all);
  const unnamed = new Set(
    distinct.flatMap(({ holder }) => (holder.isTopicNamed === false ? [holder.definition.name] : [])),
  );
  return new DefinitionSet(
    definitions.map((definition) =>
      definition.kind === 'event_source' && unnamed.has(definition.name)
        ? { ...definition, topic: namespace.topic(definition.name) }
        : definition,
    ),
  );
}

function asFound(given: GivenDefinition): Found {
  const where = 'the given definitions';
  return 'definition' in given
    ? { holder: given, where }
    : { holder: { definition: given }, where, isStored: true };
}

/** Every definition that the modules of a folder export, and what is wrong in the modules. */
async function loadExported(
  folder: string,
): Promise<{ readonly roots: Found[]; readonly problems: DefinitionProblem[] }> {
  const modules = await loadModules(folder);
  const roots = modules.flatMap(({ path, exports = {} }) =>
    Object.values(exports)
      .filter(isDefinitionHolder)
      .map((holder) => ({ holder, where: `'${path}'` })),
  );
  const problems = modules.flatMap((module) => module.problems);
  if (roots.length === 0 && problems.length === 0)
    throw missingDefinitions(folder, 'no module in it exports a definition');
  return { roots, problems };
}

/** All that the definitions are made of, but themselves: sources of tables, tables of lookups, and so on. */
function usedBy(roots: readonly Found[]): Found[] {
  const all: Found[] = [];
  const stored = new Set(roots.filter(({ isStored }) => isStored).map(titleFound));
  const seen = new Set<object>(roots.map(({ holder }) => holder));
  const visit = (made: object, where: string): void => {
    for (const used of usesOf(made)) {
      if (seen.has(used)) continue;
      seen.add(used);
      if (isDefinitionHolder(used) && !stored.has(titleFound({ holder: used })))
        all.push({ holder: used, where });
      visit(used, where);
    }
  };
  for (const root of roots) visit(root.holder, `what ${titleFound(root)} in ${root.where} is made of`);
  return all;
}

/** One definition of each kind and name, and others that differ from it, which is a problem. */
function withoutRepeats(found: readonly Found[]): {
  readonly distinct: readonly Found[];
  readonly others: readonly Found[];
  readonly clashes: readonly DefinitionProblem[];
} {
  const first = new Map<string, Found>();
  const others: Found[] = [];
  const clashes: DefinitionProblem[] = [];
  for (const one of found) {
    const title = titleFound(one);
    const known = first.get(title);
    if (!known) first.set(title, one);
    if (!known || isSame(known.holder, one.holder)) continue;
    const message = `is defined twice, and differently: ${inWords(known)} and ${inWords(one)}; rename one, or import the one from the other`;
    clashes.push({ ...foundAt(one), path: '', message });
    others.push(one);
  }
  return { distinct: [...first.values()], others, clashes };
}

function inWords(found: Found): string {
  const { place } = foundAt(found);
  return place ? `at ${placeText(place)}` : `in ${found.where}`;
}

/** Two that are wrong are not compared: their problems are said. */
function isSame(a: DefinitionHolder, b: DefinitionHolder): boolean {
  if (originOf(a)?.state === 'invalid' || originOf(b)?.state === 'invalid') return true;
  return a.isTopicNamed === b.isTopicNamed && sameDefinition(a.definition, b.definition);
}

function isDefinitionHolder(value: unknown): value is DefinitionHolder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'definition' in value &&
    typeof value.definition === 'object'
  );
}
