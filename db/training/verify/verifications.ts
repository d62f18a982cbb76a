import sql, { raw } from 'sql-template-tag';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/** What came of building a training set again. */
export interface LastVerification {
  /** RFC 3339. */
  readonly at: string;
  /** Where it was built again. */
  readonly host: string;
  /** Whether the rows were the same, by their hash. */
  readonly same: boolean;
  /** How many rows differed. */
  readonly differing: number;
}

/** Records what came of a verification, in place of the one before. */
export async function recordVerification(
  db: Queryable,
  id: string,
  { host, same, differing }: Omit<LastVerification, 'at'>,
): Promise<void> {
  await db.query(sql`
    INSERT INTO asof.verified_training_sets (training_set_id, verified_at, host, same, differing)
    VALUES (${id}, now(), ${host}, ${same}, ${differing})
    ON CONFLICT (training_set_id) DO UPDATE
    SET verified_at = excluded.verified_at, host = excluded.host, same = excluded.same, differing = excluded.differing`);
}

/** The last verification of a training set; null if there was none. */
export async function lastVerification(db: Queryable, id: string): Promise<LastVerification | null> {
  const { rows } = await db.query<Omit<LastVerification, 'at'> & { readonly at: string }>(sql`
    SELECT ${raw(microsExpression('verified_at'))}::text AS at, host, same, differing::float8 AS differing
    FROM asof.verified_training_sets WHERE training_set_id = ${id}`);
  const last = rows[0];
  return last ? { ...last, at: formatInstant(BigInt(last.at)) } : null;
}
