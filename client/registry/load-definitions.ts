import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { definitionSet } from '../../schemas/definitions/definition-set.ts';

/** A definition, as the language makes it (`streamTable({ … })`) or as the registry keeps it. */
export type GivenDefinition = Definition | { readonly definition: Definition };

/** Definitions from a folder of modules, or the definitions themselves, checked as a whole. */
export async function definitionsFrom(given: string | readonly GivenDefinition[]): Promise<DefinitionSet> {
  if (typeof given === 'string') return loadDefinitions(given);
  return definitionSet(
    given.map((definition) => ('definition' in definition ? definition.definition : definition)),
  );
}

/**
 * Everything that the TypeScript modules of a folder export of the definition language, checked as a whole.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` when the folder has none; `ASOF_DEFINITIONS_UNREADABLE` when a module
 * cannot be loaded; `ASOF_DEFINITION_INVALID`.
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
