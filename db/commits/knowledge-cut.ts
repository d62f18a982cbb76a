import type { KnowledgeCut } from '../../domain/training/manifest.ts';
import { type Client, type Pool, between } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';

/**
 * Runs `work` in one transaction that sees everything up to a knowledge cut and nothing later: a snapshot of
 * the database, with its greatest committed sequence. The order of sequences is the order of commits, so no
 * smaller sequence is missing. `work` may make temporary tables; everything that it writes is rolled back.
 */
export function atKnowledgeCut<Result>(
  pool: Pool,
  work: (client: Client, cut: KnowledgeCut) => Promise<Result>,
): Promise<Result> {
  return between(
    pool,
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
    async (client) => work(client, await readKnowledgeCut(client)),
    'ROLLBACK',
  );
}

const NOTHING_WRITTEN: KnowledgeCut = { sequence: '0', knownAt: null };

async function readKnowledgeCut(client: Client): Promise<KnowledgeCut> {
  if (!(await hasTable(client, 'asof', 'writes'))) return NOTHING_WRITTEN;
  const { rows } = await client.query<{ sequence: string; known_at: string }>(`
    SELECT sequence, to_char(known_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS known_at
    FROM asof.writes ORDER BY sequence DESC LIMIT 1`);
  const latest = rows[0];
  return latest ? { sequence: latest.sequence, knownAt: latest.known_at } : NOTHING_WRITTEN;
}
