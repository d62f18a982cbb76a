import { cpSync, existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type PackageOrigin, dependencyOn, ownManifest } from './own-package.ts';

/** A project that was made. */
export interface MadeProject {
  readonly folder: string;
  /** Its files, by their paths in the folder. */
  readonly files: readonly string[];
  /** How its manifest names Asof. */
  readonly asof: string;
}

const template = join(import.meta.dirname, '../../templates/project');

/** Files whose names would mean something to npm in the template already. */
const RENAMED = { gitignore: '.gitignore', 'package.template.json': 'package.json' };

/**
 * Makes a project from the template in a new or empty folder; one that has only a `.git` is empty.
 *
 * @throws AsofError `ASOF_FOLDER_NOT_EMPTY`.
 */
export function makeProject(path: string, origin: PackageOrigin): MadeProject {
  const folder = resolve(path);
  expectEmpty(folder);
  cpSync(template, folder, { recursive: true });
  for (const [from, to] of Object.entries(RENAMED)) renameSync(join(folder, from), join(folder, to));
  const asof = dependencyOn(origin, folder);
  const values = {
    ...ownManifest.dependencies,
    node: ownManifest.engines.node,
    name: packageName(folder),
    asof,
  };
  for (const file of ['package.json', 'README.md']) fillIn(join(folder, file), values);
  return { folder, files: filesIn(folder), asof };
}

function expectEmpty(folder: string): void {
  const present = existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.git') : [];
  if (present.length === 0) return;
  throw new AsofError(
    'ASOF_FOLDER_NOT_EMPTY',
    `'${folder}' is not empty: it has ${present.slice(0, 3).join(', ')}${present.length > 3 ? ', …' : ''}; expected a new or empty folder. Name another`,
    { details: { folder } },
  );
}

/** The folder's name with what npm takes in the name of a package. */
function packageName(folder: string): string {
  return (
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'features'
  );
}

function fillIn(file: string, values: Readonly<Record<string, string>>): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(/\{\{(.+?)\}\}/g, (_, name: string) => values[name]!),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .sort();
}
