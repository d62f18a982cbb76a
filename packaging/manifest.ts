import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './dist.ts';

const manifest = join(ROOT, 'package.json');
/** The clone's manifest, while npm packs. */
const kept = join(ROOT, 'package.json.clone');

/** What the manifest of the clone has, and that of the package has not. */
const OF_THE_CLONE = ['private', 'scripts', 'allowScripts', 'devDependencies'];

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Puts the manifest of the package in place of the clone's. */
export function packManifest({ replaces, needs }: { replaces: string; needs: Record<string, string> }): void {
  const clone = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  const { [replaces]: _, ...dependencies } = clone.dependencies;
  const packed = {
    ...Object.fromEntries(Object.entries(clone).filter(([key]) => !OF_THE_CLONE.includes(key))),
    bin: { asof: 'dist/bin/asof.mjs' },
    exports: { '.': entry('schemas'), './client': entry('client'), './package.json': './package.json' },
    dependencies: { ...dependencies, ...needs },
  };
  renameSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(packed, null, 2)}\n`);
}

function entry(folder: string): { types: string; default: string } {
  return { types: `./dist/${folder}/index.d.ts`, default: `./dist/${folder}/index.js` };
}

/** Puts the clone's manifest back, also after an end in between. */
export function restoreManifest(): void {
  if (existsSync(kept)) renameSync(kept, manifest);
}
