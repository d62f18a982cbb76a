import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { definitionSet } from '../../schemas/definitions/definition-set.ts';

/**
 * A definition as a function of the definition language returns it (`streamTable({ … })`), or as the registry
 * stores it.
 */
export type GivenDefinition = Definition | { readonly definition: Definition };

/**
 * Loads definitions from a folder of modules, or takes the definitions themselves, and checks that they fit
 * together.
 *
 * @throws AsofError as {@link loadDefinitions}.
 */
export async function definitionsFrom(given: string | readonly GivenDefinition[]): Promise<DefinitionSet> {
  if (typeof given === 'string') return loadDefinitions(given);
  return definitionSet(
    given.map((definition) => ('definition' in definition ? definition.definition : definition)),
  );
}

/**
 * Loads every definition that the modules of a folder export, and checks that they fit together.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if the folder has none; `ASOF_DEFINITIONS_UNREADABLE` if a
 * module cannot be loaded; `ASOF_DEFINITION_INVALID`.
 */
export async function loadDefinitions(folder: string): Promise<DefinitionSet> {
  const found = new Set<unknown>();
  for (const path of modulePaths(folder)) {
    for (const value of Object.values(await load(path)))
      if (isDefinitionHolder(value)) found.add(value.definition);
  }
  if (found.size === 0) throw missing(folder, 'no module in it exports a definition');
  return definitionSet([...found]);
}

function modulePaths(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(ts|mts|js|mjs)$/.test(name))
      .sort()
      .map((name) => resolve(folder, name));
  } catch (error) {
    throw missing(folder, error instanceof Error ? error.message : String(error));
  }
}

async function load(path: string): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object;
  } catch (error) {
    if (error instanceof AsofError) throw error;
    throw new AsofError(
      'ASOF_DEFINITIONS_UNREADABLE',
      `cannot load the definitions in '${path}': ${error instanceof Error ? error.message : String(error)}. ` +
        `Definitions are ES modules ("type": "module" in the nearest package.json, or a name that ends in .mts) and import from 'asof'`,
      { details: { path }, cause: error },
    );
  }
}

function isDefinitionHolder(value: unknown): value is { definition: object } {
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
