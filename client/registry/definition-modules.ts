import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { requireLocalPath } from '../../adapters/files/local-path.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';
import { type CodePlace, placeOf } from '../../schemas/values/place.ts';
import { type DefinitionProblem, collectingProblems } from '../../schemas/values/problems.ts';

/** A module of definitions: what it exports, and what is wrong in it. */
export interface DefinitionModule {
  /** The path from the folder of definitions. */
  readonly path: string;
  /** Undefined if the module cannot be loaded. */
  readonly exports: object | undefined;
  /** The problems that the functions of the language found, or why the module cannot be loaded. */
  readonly problems: readonly DefinitionProblem[];
}

/**
 * Loads the modules of a folder and of the folders in it, linked ones too: all but tests, declarations, and what lies
 * below `node_modules` or a folder whose name begins with a dot.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if the folder cannot be read; `ASOF_PATH_UNSUPPORTED` for an address.
 */
export async function loadModules(folder: string): Promise<DefinitionModule[]> {
  requireLocalPath(folder, 'the folder of definitions');
  const paths = modulesIn(folder);
  await readTypeScript();
  const load = loading.then(async () => {
    const modules: DefinitionModule[] = [];
    for (const path of paths) modules.push({ path, ...(await loadModule(resolve(folder), path)) });
    return modules;
  });
  loading = load.catch(() => undefined);
  return load;
}

/** Problems of two folders that load at once could not be told apart. */
let loading: Promise<unknown> = Promise.resolve();

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

/** The problems of the modules that were loaded, since a process runs each module once. */
const noted = new Map<string, readonly DefinitionProblem[]>();

/**
 * The problems that were noted in the files of definitions, whichever folder was loaded when that was: a module that
 * two folders import runs for the first of them alone.
 */
export function problemsNotedAt(places: Iterable<CodePlace | undefined>): DefinitionProblem[] {
  if (noted.size === 0) return [];
  const files = new Set([...places].map((place) => place?.file));
  return [...noted.values()].flat().filter(({ place }) => place && files.has(place.file));
}

async function loadModule(folder: string, path: string): Promise<Omit<DefinitionModule, 'path'>> {
  const file = join(folder, path);
  const { result, problems } = await collectingProblems(() => imported(file));
  if (problems.length > 0) noted.set(file, problems);
  const found = noted.get(file) ?? [];
  if ('exports' in result) return { exports: result.exports, problems: found };
  return { exports: undefined, problems: [...found, failureOf(result.failure, file, folder)] };
}

async function imported(file: string): Promise<{ readonly exports: object } | { readonly failure: unknown }> {
  try {
    return { exports: (await import(pathToFileURL(file).href)) as object };
  } catch (failure) {
    return { failure };
  }
}

/** Why a module cannot be loaded. A module that imports it fails by the same error. */
function failureOf(failure: unknown, file: string, folder: string): DefinitionProblem {
  const place = placeOfFailure(failure, file);
  const definition = `module ${quoted(relative(folder, place.file))}`;
  if (failure instanceof AsofError) return { place, definition, path: '', message: failure.message };
  const reason = reasonOf(failure).replace(/^Transform failed [^]*?: ERROR: /, '');
  const advice = /\bimport\b|\bexport\b|'asof'|Cannot find (module|package)/.test(reason)
    ? '. Definitions are ES modules ("type": "module" in the nearest package.json, or a name that ends in .mts) and import from \'asof\''
    : '';
  const message = `cannot be loaded: ${reason}${advice}`;
  return { place, definition, path: UNREADABLE, message };
}

/** The path of a problem that is of no definition, but of a module. */
export const UNREADABLE = '(module)';

/** Where the error comes from, as far as it says that; the beginning of the module if it does not. */
function placeOfFailure(failure: unknown, file: string): CodePlace {
  if (!(failure instanceof Error)) return { file, line: 1 };
  const text = `${failure.stack ?? ''}\n${failure.message}`;
  const named = /(?:file:\/\/)?(?<path>\/[^\s:'"]+\.m?[jt]s):(?<line>\d+)/.exec(text)?.groups;
  const sought = /Cannot find \w+ '(?<module>[^']+)' imported from (?<importer>\S+)/.exec(text)?.groups;
  const thrown = placeOf(failure);
  if (thrown && thrown.file !== fileURLToPath(import.meta.url)) return thrown;
  if (sought) return importIn(sought['importer']!, sought['module']!);
  return named ? { file: decodeURI(named['path']!), line: Number(named['line']) } : { file, line: 1 };
}

/** The line of a module that imports another one. */
function importIn(importer: string, module: string): CodePlace {
  const file = importer.startsWith('file:') ? decodeURI(new URL(importer).pathname) : importer;
  const name = module.split('/').at(-1)!;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { file, line: lines.findIndex((line) => line.includes(name)) + 1 || 1 };
}

export function missingDefinitions(folder: string, reason: string): AsofError {
  return new AsofError(
    'ASOF_DEFINITIONS_MISSING',
    `there are no definitions in '${resolve(folder)}': ${reason}. Expected modules that export eventSource(…) or streamTable(…); name the folder with --definitions DIR`,
    { details: { folder } },
  );
}
