import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { requireFilled } from '../tables/fills.ts';

/** A feature table that the online store holds. */
export interface RegisteredOnlineTable {
  /** The name of the feature table, which is also its name in the online store. */
  readonly table: string;
  readonly primaryKeys: readonly string[];
  readonly features: readonly string[];
  readonly availableAfter: Duration;
}

/**
 * The registered online table of that name, with what it needs of its feature table.
 *
 * @throws AsofError `ASOF_ONLINE_TABLE_UNKNOWN` when no such online table was applied,
 * `ASOF_TABLE_NOT_FILLED` when its feature table is not filled.
 */
export async function findOnlineTable(db: Queryable, name: string): Promise<RegisteredOnlineTable> {
  const registry = await loadRegistry(db);
  const { table } = registry.onlineTable(name);
  await requireFilled(db, [table]);
  const { primaryKeys, features, availableAfter } = registry.featureTable(table);
  return {
    table,
    primaryKeys,
    features: features.map((column) => column.name),
    availableAfter: parseDuration(availableAfter)!,
  };
}
