import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { requireFilled } from '../tables/fills.ts';

/** A feature table that is kept in the online store. */
export interface OnlineTable {
  /** The feature table's name; the online store knows it by this. */
  readonly table: string;
  readonly primaryKeys: readonly string[];
  readonly features: readonly string[];
  readonly availableAfter: Duration;
}

/**
 * The registered online table of that name, with what its feature table says.
 *
 * @throws AsofError `ASOF_ONLINE_TABLE_UNKNOWN` when no such online table was applied, `ASOF_TABLE_NOT_FILLED` when the
 * past of its feature table is still being filled in.
 */
export async function findOnlineTable(db: Queryable, name: string): Promise<OnlineTable> {
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
