import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atKnowledgeCut } from '../../../../db/commits/knowledge-cut.ts';
import { beginWrite, sealWrite } from '../../../../db/commits/writes.ts';
import { type Client, type Pool, inTransaction } from '../../../../db/sql/client.ts';
import { exportFeatures } from '../../../../db/training/export-features.ts';
import { planLookup } from '../../../../domain/training/lookup-plan.ts';
import { withProject } from '../../../support/projects/project.ts';
import { withFolder } from '../../../support/projects/training-set.ts';

const plan = planLookup(
  {
    table: 'scores',
    features: [{ feature: 'score', as: 'score', default: null }],
    lookupKeys: ['id'],
    lookback: null,
  },
  {
    kind: 'batch_table',
    name: 'scores',
    source: 's',
    references: [],
    primaryKeys: ['id'],
    sql: '',
    schedule: '0 0 * * *',
    availableAfter: '0 seconds',
    features: [{ name: 'score', type: 'bigint' }],
  },
  { types: new Map([['score', 'bigint']]), lengths: new Map() },
);

test('a build sees what was committed up to its knowledge cut, whatever is committed while it reads', async () => {
  await withProject({}, ({ pool }) =>
    withFolder(async (folder) => {
      await pool.query(
        'CREATE TABLE features.scores (id text, feature_ts timestamptz, score bigint, write_id bigint)',
      );
      const wantedPath = join(folder, 'wanted.csv');
      const rowsPath = join(folder, 'rows.csv');
      await writeFile(wantedPath, '"a",-200000000000,9000000000000\n');
      const count = async (client: Client) =>
        (await exportFeatures(client, plan, { wantedPath, rowsPath, versions: { which: 'current' } })).rows;

      await commit(pool, 1);
      const uncommitted = await pool.connect();
      await uncommitted.query('BEGIN');
      await uncommitted.query("INSERT INTO features.scores VALUES ('a', 'epoch', 0, 0)");
      await atKnowledgeCut(pool, async (client, cut) => {
        expect(cut).toMatchObject({ sequence: '1' });
        expect(await count(client)).toBe(1);
        await commit(pool, 2);
        expect(await count(client)).toBe(1);
      });
      await uncommitted.query('ROLLBACK');
      uncommitted.release();
      await atKnowledgeCut(pool, async (client, cut) => {
        expect(cut).toMatchObject({ sequence: '2' });
        expect(await count(client)).toBe(2);
      });
    }),
  );
});

async function commit(pool: Pool, day: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    const writeId = await beginWrite(client);
    await client.query("INSERT INTO features.scores VALUES ('a', $1, 5, $2), ('b', $1, 5, $2)", [
      `2026-03-0${day}T00:00:00Z`,
      writeId,
    ]);
    await sealWrite(client, writeId, { kind: 'stream', subject: 'scores' });
  });
}
