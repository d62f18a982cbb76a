import { readFileSync, writeFileSync } from 'node:fs';
import { MANIFEST } from './kept-clone.ts';

/**
 * What the manifest of the clone has, and that of the package has not. It has the scripts that npm runs around a
 * pack: else the next one in a clone that nobody put back would pack as it finds it.
 */
const OF_THE_CLONE = ['private', 'allowScripts', 'devDependencies'];
const SCRIPTS = ['prepack', 'postpack'];

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Puts the manifest of the package in place of the clone's. */
export function packManifest({ replaces, needs }: { replaces: string; needs: Record<string, string> }): void {
  const clone = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;
  const { [replaces]: _, ...dependencies } = clone.dependencies;
  const packed = {
    ...withoutNames(clone, (key) => OF_THE_CLONE.includes(key)),
    bin: { asof: 'dist/bin/asof.mjs' },
    exports: {
      '.': entry('schemas'),
      './client': entry('client'),
      './testing': entry('testing'),
      './package.json': './package.json',
    },
    scripts: withoutNames(clone.scripts, (name) => !SCRIPTS.includes(name)),
    dependencies: { ...dependencies, ...needs },
  };
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`);
}

function withoutNames(record: object, isLeftOut: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isLeftOut(name)));
}

function entry(folder: string): { types: string; default: string } {
  return { types: `./dist/${folder}/index.d.ts`, default: `./dist/${folder}/index.js` };
}
