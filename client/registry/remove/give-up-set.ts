import { keptSet, keptSpine } from '../../../adapters/files/kept-files.ts';
import { isKeptSpineName } from '../../../adapters/files/kept-spine-name.ts';
import { dataRoots } from '../../../config/data-roots.ts';
import { forgetTrainingSet, isSpineInUse } from '../../../db/apply/forget-training-set.ts';
import { type MadeFile, beginRemoval } from '../../../db/registry/removals.ts';
import type { Client } from '../../../db/sql/client.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../../db/training/training-sets.ts';

/** Deletes all that the database has of a built training set, and begins the removal of its files. The caller has checked that nothing needs it. */
export async function giveUpSet(client: Client, id: string): Promise<void> {
  const set = await findTrainingSet(client, id);
  if (!set) return;
  const hashes = await forgetTrainingSet(client, id);
  const files = [...filesOf(set, hashes), ...(await spineOf(client, set))];
  await beginRemoval(client, { kind: 'built_training_set', name: id, topics: [], files });
}

/** Where the rows may stand: at their path, and where Asof keeps them. */
function filesOf({ id, host, path }: StoredTrainingSet, hashes: readonly string[]): MadeFile[] {
  const places = [...new Set([path, keptSet(dataRoots().kept, id)])];
  return places.flatMap((place) => hashes.map((sha256) => ({ host, path: place, sha256 })));
}

/** The kept copy of its spine, unless another set needs it. */
async function spineOf(
  client: Client,
  { host, manifest: { spine } }: StoredTrainingSet,
): Promise<MadeFile[]> {
  const { kept } = spine;
  if (kept === undefined || !isKeptSpineName(kept) || (await isSpineInUse(client, kept))) return [];
  return [{ host, path: keptSpine(dataRoots().kept, kept), sha256: kept.split('.', 1)[0]! }];
}
