import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { RedisStore } from '../../adapters/redis/online-writer.ts';
import { findOnlineTable } from '../../db/online/online-tables.ts';
import type { Pool } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { parseDuration, toMillis } from '../../domain/time/duration.ts';
import { fromMillis, parseInstant } from '../../domain/time/instant.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import type {
  OnlineSettings,
  RefreshOnlineTableInput,
  SyncReceipt,
} from '../../schemas/workflows/refresh-online-table.ts';
import { reportProgress } from '../shared/progress.ts';
import { syncOnlineTable } from './sync-online-table.ts';

export interface OnlineDependencies extends RedisStore {
  readonly pool: Pool;
}

export type OnlineActivities = ReturnType<typeof createOnlineActivities>;

export function createOnlineActivities({ pool, ...store }: OnlineDependencies) {
  return {
    /**
     * Checks the input of the workflow against its schema and the registry.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_ONLINE_TABLE_UNKNOWN`, `ASOF_TABLE_NOT_FILLED` (not
     * retried).
     */
    async openOnlineTable(input: RefreshOnlineTableInput): Promise<OnlineSettings> {
      const { trigger, asOf, ...settings } = parseInput('refreshOnlineTable', input);
      if (asOf !== undefined && parseInstant(asOf)! > fromMillis(Date.now())) throw inFuture(asOf);
      reportProgress('reading the registry');
      await findOnlineTable(pool, settings.table);
      return { ...settings, asOf: asOf ?? null, triggerMs: toMillis(parseDuration(trigger)!) };
    },

    /** Publishes what was committed since the last sync, or every key. */
    async publishOnlineTable({ table, mode, asOf }: OnlineSettings): Promise<SyncReceipt> {
      reportProgress({ keys: 0, rows: 0 });
      return syncOnlineTable(pool, store, await findOnlineTable(pool, table), {
        owner: activityInfo().workflowExecution!.workflowId,
        snapshot: mode === 'snapshot',
        now: asOf === null ? fromMillis(Date.now()) : parseInstant(asOf)!,
        simulated: asOf !== null,
        signal: cancellationSignal(),
        onProgress: ({ keys, rows }) => reportProgress({ keys, rows }),
      });
    },
  };
}

function inFuture(asOf: string): AsofError {
  return new AsofError(
    'ASOF_INPUT_INVALID',
    `the input of refreshOnlineTable is not valid:\n✖ asOf: ${asOf} lies in the future, and nothing would be readable until then; leave it out to publish now`,
    { details: { asOf } },
  );
}
