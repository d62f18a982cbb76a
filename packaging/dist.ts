import { join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '..');

/** Has all code of the package. It is there while npm packs. */
export const DIST = join(ROOT, 'dist');

/** A file of the package: it lies below {@link DIST} as its source below {@link ROOT}. */
export function inDist(path: string): string {
  return join(DIST, path);
}
