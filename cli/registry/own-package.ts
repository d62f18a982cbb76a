import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** What a manifest of npm can name as a dependency. */
export type PackageOrigin =
  | { readonly version: string }
  /** A folder or a package's file, by its absolute path. */
  | { readonly path: string };

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The folder that has Asof's own manifest: that of the package, or the clone. */
const root = dirname(fileAbove('package.json'));

export const ownManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Where the running Asof came from: what npm installed it from, or the clone that it runs in. */
export function ownOrigin(): PackageOrigin {
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') return { path: root };
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed)) return { version: ownManifest.version };
  const { packages } = JSON.parse(readFileSync(installed, 'utf8')) as {
    packages: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
  };
  const resolved = packages[`node_modules/${basename(root)}`]?.resolved;
  if (resolved?.startsWith('file:'))
    return { path: resolve(dirname(modules), resolved.slice('file:'.length)) };
  const isOfRegistry = resolved === undefined || /^https:.*\/asof\/-\/asof-.*\.tgz$/.test(resolved);
  return { version: isOfRegistry ? ownManifest.version : resolved };
}

/** A package as the user names it: a path from the current folder, or what npm takes as a version. */
export function packageGiven(text: string): PackageOrigin {
  const path = resolve(text.replace(/^file:/, ''));
  return text.startsWith('file:') || existsSync(path) ? { path } : { version: text };
}

/** How the manifest of a project in `folder` names the package. */
export function dependencyOn(origin: PackageOrigin, folder: string): string {
  if ('version' in origin) return origin.version;
  const path = relative(folder, origin.path);
  return `file:${path}`;
}

/** The nearest file of that name in the folders above this module. */
function fileAbove(name: string, folder = import.meta.dirname): string {
  const path = join(folder, name);
  return existsSync(path) || dirname(folder) === folder ? path : fileAbove(name, dirname(folder));
}
