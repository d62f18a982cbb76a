import { AsofError } from '../../domain/errors/asof-error.ts';
import type { FeatureTableDefinition } from '../../domain/features/feature-types.ts';
import type { OnlineTableDefinition } from '../../domain/registry/definition.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import { currentDefinitions } from '../registry/registry.ts';
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
  const definitions = await currentDefinitions(db);
  const online = definitions.filter((definition) => definition.kind === 'online_table');
  const table = online.find((candidate) => candidate.name === name)?.table;
  const feature = definitions.find(
    (definition): definition is FeatureTableDefinition =>
      /^(stream|batch)_table$/.test(definition.kind) && definition.name === table,
  );
  if (!feature) throw unknown(name, online);
  await requireFilled(db, [feature.name]);
  const { primaryKeys, features, availableAfter } = feature;
  return {
    table: feature.name,
    primaryKeys,
    features: features.map((column) => column.name),
    availableAfter: parseDuration(availableAfter)!,
  };
}

function unknown(name: string, online: readonly OnlineTableDefinition[]): AsofError {
  const known = online.map((other) => `'${other.name}'`).join(', ') || 'none';
  return new AsofError(
    'ASOF_ONLINE_TABLE_UNKNOWN',
    `there is no online table '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { table: name } },
  );
}
