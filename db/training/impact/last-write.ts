import type { Queryable } from '../../sql/client.ts';

/** The sequence of the last write, as a decimal text. `0` if there is none. */
export async function lastWrite(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ sequence: string }>(
    'SELECT coalesce(max(sequence), 0)::text AS sequence FROM asof.writes',
  );
  return rows[0]!.sequence;
}
