import { type DataRoots, spineInside } from '../../../adapters/files/data-roots.ts';
import { keepSpineBytes, sha256OfKeptSpine } from '../../../adapters/files/kept-files.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { readMadeSpine } from '../../../db/training/made-spine.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { OpenedBuild } from '../../../schemas/workflows/build-training-set.ts';

/** The file of a spine. */
export interface OpenedSpine {
  /** A real path. */
  readonly spine: string;
  /** The SHA-256 that its bytes must have. Undefined: any. */
  readonly spineSha256: string | undefined;
  /** How Asof has made it. Omitted: it was given. */
  readonly made?: TrainingSetManifest['spine']['made'];
}

/** What to open, and where. */
interface SpineOpening extends Pick<OpenedBuild, 'trainingSet' | 'spine'> {
  readonly signal: AbortSignal;
}

/**
 * Finds the file of a spine that an input names, or makes the spine that it describes and keeps it.
 *
 * @throws AsofError `ASOF_PATH_REFUSED`, `ASOF_FILE_UNREADABLE`, and the codes of {@link readMadeSpine}.
 */
export async function openSpine(
  { pool, roots }: { readonly pool: Pool; readonly roots: DataRoots },
  { trainingSet, spine, signal }: SpineOpening,
): Promise<OpenedSpine> {
  const { kept } = roots;
  if (typeof spine === 'string') {
    const path = await spineInside(roots, spine);
    return { spine: path, spineSha256: await sha256OfKeptSpine(kept, path) };
  }
  const { taken, sequence } = await readMadeSpine(pool, trainingSet, spine, (csv) =>
    keepSpineBytes(kept, csv, signal),
  );
  const path = await spineInside(roots, taken);
  return { spine: path, spineSha256: await sha256OfKeptSpine(kept, path), made: { ...spine, sequence } };
}
