import { batchesOf } from '../../db/batch/load-batch.ts';
import { alignQueryRights } from '../../db/batch/queries/query-rights.ts';
import { alignReader } from '../../db/registry/reader-role.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Client } from '../../db/sql/client.ts';
import { lockPatiently } from '../../db/sql/patient-lock.ts';

/** Lets batch queries read what the registered batch tables declare, and readers what Asof has made for them. */
export async function alignRoles(client: Client): Promise<void> {
  await lockPatiently(client, 'asof.roles');
  await alignReader(client);
  await alignQueryRights(client, batchesOf(await loadRegistry(client)));
}
