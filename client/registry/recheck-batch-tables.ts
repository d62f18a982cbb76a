import { checkBatchQuery } from '../../db/batch/check-batch-query.ts';
import { loadBatch } from '../../db/batch/load-batch.ts';
import { currentDefinitions } from '../../db/registry/registry.ts';
import type { Client } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import type { Change } from './plan.ts';
import { refused } from './refused-change.ts';

/**
 * Has the server check the queries of the registered batch tables that read something that was changed.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` when one of them cannot be run any more, or gives other columns.
 */
export async function recheckBatchTables(client: Client, changes: readonly Change[]): Promise<void> {
  const changed = changes.flatMap(({ action, definition }) =>
    action === 'change' && (definition?.kind === 'event_source' || definition?.kind === 'reference_table')
      ? [definition]
      : [],
  );
  if (changed.length === 0) return;
  const tables = (await currentDefinitions(client)).filter(({ kind }) => kind === 'batch_table');
  for (const table of tables as BatchTableDefinition[]) {
    const read = changed.find(({ kind, name }) =>
      kind === 'event_source' ? table.source === name : table.references.includes(name),
    );
    if (!read) continue;
    await checkBatchQuery(client, await loadBatch(client, table.name)).catch((error: unknown) => {
      if (!(error instanceof AsofError)) throw error;
      const what = `${read.kind.replace('_', ' ')} '${read.name}'`;
      throw refused(what, `a table reads it that could not be computed any more: ${error.message}`, error);
    });
  }
}
