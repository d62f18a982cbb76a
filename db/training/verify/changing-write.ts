import sql, { join, raw } from 'sql-template-tag';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { ChangingWrite } from '../../../schemas/workflows/verify-training-set.ts';
import type { Queryable } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';

/** A look-up of one key as of a moment. */
export interface KeyLookedUp {
  readonly key: readonly string[];
  readonly moment: Instant;
}

/**
 * The first write after a knowledge cut that made or superseded a row that the look-up may find, if no version of such a
 * row is there that was current at the cut: it has replaced what was found then. Null if one is there, or no write did:
 * the value was changed outside Asof.
 */
export async function changingWrite(
  db: Queryable,
  { table, primaryKeys, availableAfter, lookback }: LookupPlan,
  { key, moment }: KeyLookedUp,
  cut: string,
): Promise<ChangingWrite | null> {
  const isKey = primaryKeys.map((name, at) => sql`${ident(name)} = ${key[at]!}`);
  const isVisible = sql`feature_ts <= ${toTimestamptz(moment - availableAfter)}`;
  const isRecent = lookback === null ? [] : [sql`feature_ts > ${toTimestamptz(moment - lookback)}`];
  const where = join([...isKey, isVisible, ...isRecent], ' AND ');
  const { rows } = await db.query<Omit<ChangingWrite, 'knownAt'> & { known: string }>(sql`
    WITH version AS (
      SELECT write_id, NULL::bigint AS superseded_by FROM ${featuresOf(table)} WHERE ${where}
      UNION ALL
      SELECT write_id, superseded_by FROM ${historyOf(table)} WHERE ${where}
    ), timed AS (
      SELECT written.sequence AS written, superseding.sequence AS superseded FROM version
      LEFT JOIN asof.writes AS written USING (write_id)
      LEFT JOIN asof.writes AS superseding ON superseding.write_id = version.superseded_by
    )
    SELECT sequence, kind, subject, ${raw(microsExpression('known_at'))} AS known
    FROM asof.writes
    WHERE sequence > ${cut} AND sequence IN (SELECT written FROM timed UNION SELECT superseded FROM timed)
      AND NOT EXISTS (
        SELECT FROM timed WHERE coalesce(written, 0) <= ${cut} AND coalesce(superseded, ${cut}::bigint + 1) > ${cut})
    ORDER BY sequence LIMIT 1`);
  const found = rows[0];
  if (!found) return null;
  const { known, ...write } = found;
  return { ...write, knownAt: formatInstant(BigInt(known)) };
}
