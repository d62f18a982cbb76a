import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireLocalPath } from '../../adapters/files/local-path.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';

/** A module of definitions, and what it exports. */
export interface DefinitionModule {
  /** The path from the folder of definitions. */
  readonly path: string;
  readonly exports: object;
}

/**
 * Loads the modules of a folder and of the folders in it, linked ones too: all but tests, declarations, and what lies
 * below `node_modules` or a folder whose name begins with a dot.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if the folder cannot be read; `ASOF_PATH_UNSUPPORTED` for an address;
 * `ASOF_DEFINITIONS_UNREADABLE` if a module cannot be loaded.
 */
export async function loadModules(folder: string): Promise<DefinitionModule[]> {
  requireLocalPath(folder, 'the folder of definitions');
  const paths = modulesIn(folder);
  await readTypeScript();
  const modules: DefinitionModule[] = [];
  for (const path of paths) modules.push({ path, exports: await load(resolve(folder, path)) });
  return modules;
}

/** The modules of a folder, and then those of the folders in it, each by name. Each folder counts once. */
function modulesIn(folder: string, seen = new Set<string>()): string[] {
  const names = namesIn(folder);
  // A link may lead back to a folder around it.
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const folders = names.filter((name) => isFolder(join(folder, name)));
  const modules = names.filter((name) => !folders.includes(name) && isModule(name));
  const inner = folders
    .filter((name) => !/^(\.|node_modules$)/.test(name))
    .flatMap((name) => modulesIn(join(folder, name), seen).map((path) => join(name, path)));
  return [...modules, ...inner];
}

/** Follows links. One that leads nowhere is no folder. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isModule(name: string): boolean {
  return /\.(ts|mts|js|mjs)$/.test(name) && !/\.(test|spec|d)\.[a-z]+$/.test(name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    throw missingDefinitions(folder, reasonOf(error));
  }
}

let reading: Promise<unknown> | undefined;

/** Makes this process read TypeScript, if it does not yet: then this very module is JavaScript. */
async function readTypeScript(): Promise<void> {
  if (import.meta.url.endsWith('.ts')) return;
  reading ??= import('tsx/esm/api').then(({ register }) => register());
  await reading;
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

export function missingDefinitions(folder: string, reason: string): AsofError {
  return new AsofError(
    'ASOF_DEFINITIONS_MISSING',
    `there are no definitions in '${resolve(folder)}': ${reason}. Expected modules that export eventSource(…) or streamTable(…); name the folder with --definitions DIR`,
    { details: { folder } },
  );
}
