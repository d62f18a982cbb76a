import { isAbsolute, join, parse, resolve } from 'node:path';
import { AsofError } from '../domain/errors/asof-error.ts';
import { cacheFolder } from '../stack/layout.ts';

/**
 * The folders below which the inputs of workflows may name files: those of `ASOF_DATA_ROOTS`, otherwise the
 * folder `data` of the project in `folder`. `kept` has the files that Asof keeps itself: it is in the first
 * folder that was declared, so that those who share it share these files too, otherwise in Asof's cache.
 *
 * @throws AsofError `ASOF_DATA_ROOTS_INVALID`.
 */
export function dataRoots(folder = process.cwd()): {
  readonly declared: readonly string[];
  readonly kept: string;
} {
  const setting = process.env.ASOF_DATA_ROOTS;
  if (!setting) return { declared: [resolve(folder, 'data')], kept: join(cacheFolder(), 'files') };
  const declared = setting.split(':').map(rootOf);
  return { declared, kept: join(declared[0]!, '.asof') };
}

/** A path that is not absolute would be another folder for the worker than for a program. */
function rootOf(root: string): string {
  const path = resolve(root);
  if (isAbsolute(root) && path !== parse(path).root) return path;
  throw new AsofError(
    'ASOF_DATA_ROOTS_INVALID',
    `ASOF_DATA_ROOTS names '${root}', which ${isAbsolute(root) ? 'has every file of the machine' : 'is not an absolute path'}; ` +
      "expected folders of data, separated by ':', such as /srv/labels:/srv/sets",
  );
}
