import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordPrepared, recordPublished } from '../../../db/online/syncs.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { commitEvents, createProjectCursors } from '../../support/projects/commit.ts';
import { applyCounts } from '../../support/projects/counts-set.ts';
import { withProject } from '../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../support/projects/training-set.ts';

const table = 'user_activity_features';
/** When each of five events was committed. Each changes the windows that end at 12:45, 13:00, 13:15 and 13:30. */
const KNOWN = ['13:10', '13:20', '13:25', '13:40', '13:50'];

test('versions that a set as known or as served may have read are held, and it verifies after retention', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    withFolder(async (folder) => {
      const { asof, pool } = project;
      const commit = async (at: number): Promise<void> => {
        await commitEvents(project, 0, at, [{ user_id: 'a', event_ts: `2026-03-01T12:3${at}:00Z` }]);
        await pool.query(
          'UPDATE asof.writes SET known_at = $1 WHERE sequence = (SELECT max(sequence) FROM asof.writes)',
          [today(KNOWN[at]!)],
        );
      };
      await applyCounts(project, { history: '0 days' });
      await createProjectCursors(project, 1);
      for (const at of [0, 1]) await commit(at);
      await publish(pool, 1, '13:21');
      await commit(2);
      const spine = join(folder, 'spine.csv');
      const moments = ['13:15', '13:22', '13:26'];
      await writeFile(
        spine,
        ['user_id,at,label', ...moments.map((time) => `a,${today(time)},1`), ''].join('\n'),
      );
      const build = (as: 'as-known' | 'as-served') =>
        asof.trainingSet('counts').build({ spine, as, out: join(folder, `${as}.parquet`) });
      await project.withWorkers(1, async () => {
        const sets = [await build('as-known'), await build('as-served')];
        const counts = await Promise.all(sets.map(async ({ path }) => (await readParquetFile(path)).rows.map((row) => row.at(-1)))); // prettier-ignore
        expect(counts).toEqual([
          [1n, 2n, 3n],
          [0n, 2n, 2n],
        ]);
        for (const at of [3, 4]) await commit(at);
        await publish(pool, 2, '13:55');

        const { removals } = await asof.retention.run({});
        const ids = sets.map(({ id }) => id).sort();
        const why = `training sets in use: ${ids.join(', ')}`;
        expect(removals).toMatchObject([{ retained: 'history', removed: 5, held: { rows: 11, why } }]);
        const { rows } = await pool.query(
          `SELECT to_char(feature_ts AT TIME ZONE 'UTC', 'HH24:MI') AS at, array_agg(event_count_1h::int ORDER BY event_count_1h) AS counts
           FROM history.${table} GROUP BY 1 ORDER BY 1`,
        );
        const all = [1, 2, 3];
        expect(rows).toEqual([
          { at: '12:45', counts: all },
          { at: '13:00', counts: all },
          { at: '13:15', counts: all },
          { at: '13:30', counts: [2, 3] }, // the first was replaced before the window had ended
        ]);
        for (const { id } of sets) expect(await asof.verifyTrainingSet(id)).toMatchObject({ id, same: true });
        await expect(build('as-known')).rejects.toThrow(/retention has removed versions from history/);
      });
    }),
  );
});

function today(time: string): string {
  return `2026-03-01T${time}:00Z`;
}

/** Publishes all that was written, without an online store. */
async function publish(pool: Pool, sync: number, time: string): Promise<void> {
  const { rows } = await pool.query<{ sequence: string }>(
    'SELECT max(sequence) AS sequence FROM asof.writes',
  );
  const publishedAt = parseInstant(today(time))!;
  const made = { sync, syncId: crypto.randomUUID(), sequence: rows[0]!.sequence, publishedAt };
  await recordPrepared(pool, { ...made, table, isFull: true, keys: 1, rows: 1 });
  await recordPublished(pool, { ...made, since: 1, availableAfter: 0n, features: [] });
}
