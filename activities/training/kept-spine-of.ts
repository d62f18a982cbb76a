import { basename } from 'node:path';
import { keptSpine } from '../../adapters/files/kept-files.ts';
import { isKeptSpineName } from '../../adapters/files/kept-spine-name.ts';
import type { TrainingSetManifest } from '../../domain/training/manifest.ts';

/**
 * The copy of a set's spine that was kept when the set was built. Of a set of before copies were kept by name, the file
 * that it read.
 */
export function keptSpineOf(
  kept: string,
  { manifest: { spine } }: { readonly manifest: Pick<TrainingSetManifest, 'spine'> },
): string {
  const name = spine.kept ?? basename(spine.path);
  return isKeptSpineName(name) ? keptSpine(kept, name) : spine.path;
}
