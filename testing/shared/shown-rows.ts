import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';

/** A feature row: the primary keys, `feature_ts` as RFC 3339, and the features by name. */
export type SimulatedRow = Readonly<Record<string, FeatureValue>>;

/** The values of a table's primary keys, by name. */
export type RowKeys = Readonly<Record<string, string>>;

interface PlacedRow {
  readonly key: EntityKey;
  readonly featureTs: Instant;
  readonly values: readonly FeatureValue[];
}

export function shownRow({ primaryKeys, features }: FeatureTableDefinition, row: PlacedRow): SimulatedRow {
  return Object.fromEntries([
    ...primaryKeys.map((name, index) => [name, row.key[index]!]),
    ['feature_ts', formatInstant(row.featureTs)],
    ...features.map(({ name }, index) => [name, row.values[index]!]),
  ]) as SimulatedRow;
}

/** By `feature_ts`, the newest first, then by key. */
export function newestFirst(a: PlacedRow, b: PlacedRow): number {
  if (a.featureTs !== b.featureTs) return a.featureTs < b.featureTs ? 1 : -1;
  const place = a.key.findIndex((part, index) => part !== b.key[index]);
  if (place < 0) return 0;
  return a.key[place]! < b.key[place]! ? -1 : 1;
}

/**
 * The key of a row from the values of the primary keys.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if one is missing, or is no key of the table.
 */
export function keyOf({ name, primaryKeys }: FeatureTableDefinition, keys: RowKeys): EntityKey {
  const given = Object.keys(keys);
  const isComplete = primaryKeys.every((key) => typeof keys[key] === 'string' && keys[key] !== '');
  if (isComplete && given.length === primaryKeys.length) return primaryKeys.map((key) => keys[key]!);
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `a row of '${name}' is looked up by [${primaryKeys.join(', ')}], each a text that is not empty; [${given.join(', ')}] were given`,
    { details: { table: name, primaryKeys } },
  );
}
