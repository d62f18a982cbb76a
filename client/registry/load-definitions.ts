import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireLocalPath } from '../../adapters/files/local-path.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import { Namespace } from '../../domain/namespace.ts';
import { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { definitionSet } from '../../schemas/definitions/definition-set.ts';

/** What a function of the definition language returns (`streamTable({ … })`). */
interface DefinitionHolder {
  readonly definition: Definition;
  /** Of an event source alone: whether the user named its topic. */
  readonly isTopicNamed?: boolean;
}

/**
 * A definition as a function of the definition language returns it (`streamTable({ … })`), or as the registry
 * stores it.
 */
export type GivenDefinition = Definition | DefinitionHolder;

/**
 * Loads every definition that the modules of a folder export, or takes the definitions themselves, and checks that they fit
 * together. Names the topics that the user did not name, in the deployment's namespace.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if a folder has none; `ASOF_PATH_UNSUPPORTED` for an address; `ASOF_DEFINITIONS_UNREADABLE` if a module
 * cannot be loaded; `ASOF_DEFINITION_INVALID`.
 */
export async function definitionsFrom(
  given: string | readonly GivenDefinition[],
  namespace = Namespace.default,
): Promise<DefinitionSet> {
  const all = typeof given === 'string' ? await loadHolders(given) : given;
  const unnamed = new Set(
    all.flatMap((one) => ('definition' in one && one.isTopicNamed === false ? [one.definition.name] : [])),
  );
  const set = definitionSet(all.map((one) => ('definition' in one ? one.definition : one)));
  return new DefinitionSet(
    set.definitions.map((definition) =>
      definition.kind === 'event_source' && unnamed.has(definition.name)
        ? { ...definition, topic: namespace.topic(definition.name) }
        : definition,
    ),
  );
}

/** Loads every definition that the modules of a folder export. */
async function loadHolders(folder: string): Promise<DefinitionHolder[]> {
  const found = new Set<DefinitionHolder>();
  for (const path of modulePaths(folder)) {
    for (const value of Object.values(await load(path))) if (isDefinitionHolder(value)) found.add(value);
  }
  if (found.size === 0) throw missing(folder, 'no module in it exports a definition');
  return [...found];
}

function modulePaths(folder: string): string[] {
  requireLocalPath(folder, 'the folder of definitions');
  try {
    return readdirSync(folder)
      .filter((name) => /\.(ts|mts|js|mjs)$/.test(name))
      .sort()
      .map((name) => resolve(folder, name));
  } catch (error) {
    throw missing(folder, reasonOf(error));
  }
}

async function load(path: string): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object;
  } catch (error) {
    if (error instanceof AsofError) throw error;
    throw new AsofError(
      'ASOF_DEFINITIONS_UNREADABLE',
      `cannot load the definitions in '${path}': ${reasonOf(error)}. ` +
        `Definitions are ES modules ("type": "module" in the nearest package.json, or a name that ends in .mts) and import from 'asof'`,
      { details: { path }, cause: error },
    );
  }
}

function isDefinitionHolder(value: unknown): value is DefinitionHolder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'definition' in value &&
    typeof value.definition === 'object'
  );
}

function missing(folder: string, reason: string): AsofError {
  return new AsofError(
    'ASOF_DEFINITIONS_MISSING',
    `there are no definitions in '${resolve(folder)}': ${reason}. Expected modules that export eventSource(…) or streamTable(…); name the folder with --definitions DIR`,
    { details: { folder } },
  );
}
