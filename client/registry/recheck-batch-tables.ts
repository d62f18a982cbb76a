import { checkBatchQuery } from '../../db/batch/check-batch-query.ts';
import { batchesOf, isQueriedBatch } from '../../db/batch/load-batch.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Client } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { definitionKinds } from '../../domain/registry/definition-kinds.ts';
import type { Change } from './plan.ts';
import { refused } from './refused-change.ts';

/**
 * Has Postgres check the queries of the registered batch tables that read a changed source or reference
 * table.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` if a query no longer runs, or returns other columns.
 */
export async function recheckBatchTables(client: Client, changes: readonly Change[]): Promise<void> {
  const changed = changes.flatMap(({ action, definition }) =>
    action === 'change' && definition ? [definition] : [],
  );
  if (changed.length === 0) return;
  const registry = await loadRegistry(client);
  for (const batch of batchesOf(registry).filter(isQueriedBatch)) {
    const read = [batch.source, ...batch.references].find((input) =>
      changed.some(({ kind, name }) => kind === input.kind && name === input.name),
    );
    if (!read) continue;
    await checkBatchQuery(client, batch).catch((error: unknown) => {
      if (!(error instanceof AsofError)) throw error;
      const what = `${definitionKinds[read.kind].title} '${read.name}'`;
      throw refused(what, `a table reads it that could not be computed any more: ${error.message}`, error);
    });
  }
}
