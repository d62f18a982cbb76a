import { AsofError } from '../../domain/errors/asof-error.ts';
import { Namespace } from '../../domain/namespace.ts';
import { definitionKinds } from '../../domain/registry/definition-kinds.ts';
import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import { type Definition, sameDefinition } from '../../domain/registry/definition.ts';
import { definitionSet } from '../../schemas/definitions/definition-set.ts';
import { usesOf } from '../../schemas/definitions/uses.ts';
import { loadModules, missingDefinitions } from './definition-modules.ts';

/** What a function of the definition language returns (`streamTable({ … })`). */
interface DefinitionHolder {
  readonly definition: Definition;
  /** Of an event source alone: whether the user named its topic. */
  readonly isTopicNamed?: boolean;
}

/**
 * A definition as a function of the definition language returns it (`streamTable({ … })`), or as the registry
 * stores it. A stored one takes the place of that of its kind and name which others are made of, and brings nothing
 * along: what it names must be given too.
 */
export type GivenDefinition = Definition | DefinitionHolder;

/** A definition, and in words where it was found. */
interface Found {
  readonly holder: DefinitionHolder;
  readonly where: string;
  /** Whether a program gave it as the registry stores it. */
  readonly isStored?: boolean;
}

/**
 * Loads every definition that the modules of a folder and of its sub-folders export, or takes the definitions
 * themselves, with all that these are made of, and checks that they fit together. Names the topics that the user
 * did not name, in the deployment's namespace.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if a folder has none; `ASOF_PATH_UNSUPPORTED` for an
 * address; `ASOF_DEFINITIONS_UNREADABLE` if a module cannot be loaded; `ASOF_DEFINITION_INVALID`, also for two different definitions of a kind and name.
 */
export async function definitionsFrom(
  given: string | readonly GivenDefinition[],
  namespace = Namespace.default,
): Promise<DefinitionSet> {
  const roots = typeof given === 'string' ? await loadExported(given) : given.map(asFound);
  const all = withoutRepeats([...roots, ...usedBy(roots)]);
  const unnamed = new Set(
    all.flatMap(({ definition, isTopicNamed }) => (isTopicNamed === false ? [definition.name] : [])),
  );
  const set = definitionSet(all.map(({ definition }) => definition));
  return new DefinitionSet(
    set.definitions.map((definition) =>
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

/** Every definition that the modules of a folder export. */
async function loadExported(folder: string): Promise<Found[]> {
  const found = (await loadModules(folder)).flatMap(({ path, exports }) =>
    Object.values(exports)
      .filter(isDefinitionHolder)
      .map((holder) => ({ holder, where: `'${path}'` })),
  );
  if (found.length === 0) throw missingDefinitions(folder, 'no module in it exports a definition');
  return found;
}

/** All that the definitions are made of, but themselves: sources of tables, tables of lookups, and so on. */
function usedBy(roots: readonly Found[]): Found[] {
  const all: Found[] = [];
  const stored = new Set(roots.filter(({ isStored }) => isStored).map(({ holder }) => titleOf(holder)));
  const seen = new Set<object>(roots.map(({ holder }) => holder));
  const visit = (made: object, where: string): void => {
    for (const used of usesOf(made)) {
      if (seen.has(used)) continue;
      seen.add(used);
      if (isDefinitionHolder(used) && !stored.has(titleOf(used))) all.push({ holder: used, where });
      visit(used, where);
    }
  };
  for (const { holder, where } of roots) visit(holder, `what ${titleOf(holder)} in ${where} is made of`);
  return all;
}

/** @throws AsofError `ASOF_DEFINITION_INVALID` if two are of the same kind and name, but differ. */
function withoutRepeats(found: readonly Found[]): DefinitionHolder[] {
  const first = new Map<string, Found>();
  for (const { holder, where } of found) {
    const title = titleOf(holder);
    const known = first.get(title);
    if (!known) first.set(title, { holder, where });
    else if (!isSame(known.holder, holder)) {
      throw new AsofError(
        'ASOF_DEFINITION_INVALID',
        `${title} is defined twice, and differently: in ${known.where} and in ${where}; rename one, or import the one from the other`,
        { details: { name: holder.definition.name, modules: [known.where, where] } },
      );
    }
  }
  return [...first.values()].map(({ holder }) => holder);
}

function isSame(a: DefinitionHolder, b: DefinitionHolder): boolean {
  return a.isTopicNamed === b.isTopicNamed && sameDefinition(a.definition, b.definition);
}

function titleOf({ definition: { kind, name } }: DefinitionHolder): string {
  const { title } = Object.hasOwn(definitionKinds, kind) ? definitionKinds[kind] : { title: 'definition' };
  return `${title} '${name}'`;
}

function isDefinitionHolder(value: unknown): value is DefinitionHolder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'definition' in value &&
    typeof value.definition === 'object'
  );
}
