import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import sql, { type Sql, join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';

/**
 * Makes the temporary table `wanted` from a CSV file without a header. Each line has the primary keys (`k0`,
 * `k1`, …), then the earliest and the latest `feature_ts` to take, in seconds since 1970.
 */
export async function copyWanted(
  client: Client,
  { primaryKeys }: LookupPlan,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const keys = primaryKeys.map((_, index) => sql`${wantedKey(index)} text`);
  await client.query(sql`
    CREATE TEMPORARY TABLE wanted (${join(keys)}, earliest double precision, latest double precision) ON COMMIT DROP`);
  await pipeline(createReadStream(path), client.query(copyFrom('COPY wanted FROM STDIN (FORMAT csv)')), {
    signal,
  });
  await client.query('ANALYZE wanted');
}

/** The condition that a row of `feature` has the keys of a row of `wanted`. */
export function hasWantedKeys({ primaryKeys }: LookupPlan): Sql {
  const pairs = primaryKeys.map((key, index) => sql`${ident('feature', key)} = wanted.${wantedKey(index)}`);
  return join(pairs, ' AND ');
}

export function wantedKey(index: number): Sql {
  return ident(`k${index}`);
}
