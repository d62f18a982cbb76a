import { lockTrainingSets } from '../../../db/commits/history-lock.ts';
import { openDeployment } from '../../../db/registry/deployment.ts';
import { migrate } from '../../../db/registry/migrate.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import { requireTrainingSet } from '../../../db/training/training-sets.ts';
import type { Connections } from '../../shared/connections.ts';
import { readDependencies } from '../dependents.ts';
import { finishRemovals } from './finish-removals.ts';
import { giveUpSet } from './give-up-set.ts';
import { refuseSet } from './refusals.ts';

/** What the removal of a training set deleted. */
export interface TrainingSetRemoval {
  readonly id: string;
  /** The deleted files. */
  readonly files: readonly string[];
  /** The files that are on other hosts, and stay there. */
  readonly filesElsewhere: readonly string[];
}

/** See `Asof.removeTrainingSet`. */
export async function removeTrainingSet(connections: Connections, id: string): Promise<TrainingSetRemoval> {
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await openDeployment(pool, connections.namespace);
  await finishRemovals(connections);
  await inTransaction(pool, async (client) => {
    await lockTrainingSets(client, 'exclusive');
    await requireTrainingSet(client, id);
    refuseSet(await readDependencies(connections, client), id);
    await giveUpSet(client, id);
  });
  const { files, filesElsewhere } = await finishRemovals(connections);
  return { id, files, filesElsewhere };
}
