import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { loadRegistry } from '../../registry/registry.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { lockPatiently } from '../../sql/patient-lock.ts';
import { checkBatchQuery } from '../check-batch-query.ts';
import { batchesOf, isQueriedBatch } from '../load-batch.ts';
import { ensureQueryLogin } from './ensure-query-login.ts';
import { alignQueryRights } from './query-rights.ts';
import { givenQueryRole, inQuerySession } from './query-session.ts';

/**
 * Makes the role that batch queries log in as, unless it is there, and lets it log in once. Workers use it from then
 * on, so a role that is not fit, or that the registered batch tables cannot run as, is not recorded.
 *
 * @param wanted the definitions to apply. Those among them that are registered are checked.
 * @throws AsofError `ASOF_QUERY_ROLE_MISSING`, `ASOF_QUERY_ROLE_UNFIT`, `ASOF_QUERY_LOGIN_REFUSED`;
 * `ASOF_CHANGE_REFUSED` if another role than before could not run a registered batch table.
 */
export async function prepareQueries(pool: Pool, wanted: DefinitionSet): Promise<void> {
  const given = await givenQueryRole(pool);
  await inTransaction(pool, async (client) => {
    await lockPatiently(client, 'asof.roles');
    if (await ensureQueryLogin(client, given)) await letRun(client, wanted);
  });
  await inTransaction(pool, (client) => inQuerySession(pool, client, async () => {}));
}

/** Lets a role that was just recorded run the registered batch tables. */
async function letRun(client: Client, wanted: DefinitionSet): Promise<void> {
  const registry = await loadRegistry(client);
  const batches = batchesOf(registry);
  await alignQueryRights(client, batches);
  for (const batch of batches.filter(isQueriedBatch)) {
    const { name } = batch.table;
    if (!wanted.find('batch_table', name)) continue;
    await checkBatchQuery(client, batch).catch((error: unknown) => {
      throw error instanceof AsofError ? cannotRun(name, error) : error;
    });
  }
}

function cannotRun(name: string, error: AsofError): AsofError {
  return new AsofError(
    'ASOF_CHANGE_REFUSED',
    `the registered batch table '${name}' cannot run as the role of batch queries: ${error.message}. Nothing was applied. ` +
      'The sql of a registered table stays as it is: give the corrected table a name of its own',
    { details: { table: name }, cause: error },
  );
}
