import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { externalTable, lookup, trainingSet } from 'asof';
import type { Pool } from '../../../../db/sql/client.ts';
import { findTrainingSet } from '../../../../db/training/training-sets.ts';
import { lineOfRow } from '../../../oracle/training/canonical-rows.ts';
import { withProject } from '../../../support/projects/project.ts';
import { csv, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { asSuperuser } from '../../../support/servers/superuser.ts';

const scores = externalTable({
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: 'at',
  features: { score: 'double', segment: 'string' },
});
const set = trainingSet({
  name: 'scored',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
  lookups: [lookup(scores)],
});
const USERS = ['u_0', 'Ü "1"', 'u_2'];

test('a lost version is put down to the write that replaced it, with what is kept of the set: file, columns, or rows', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const { asof, pool } = project;
      await asof.apply([...(await asof.definitions()), scores, set]);
      const write = (score: number) =>
        asof.writeTable(
          'scores',
          USERS.map((user_id) => ({ user_id, at: '2026-03-01T00:00:00Z', score, segment: 's' })),
        );
      await write(0.5);
      const spine = join(folder, 'spine.csv');
      const lines = USERS.map((user) => [user, '2026-03-02T00:00:00Z', '1']);
      await writeFile(spine, csv([['user_id', 'at', 'label'], ...lines]));
      await project.withWorkers(1, async () => {
        const built = await asof.trainingSet('scored').build({ spine });
        const old = await storeAsFormat1(pool, built.id);
        const known = await asof.trainingSet('scored').build({ spine: await spineOfNow(pool, folder), as: 'as-known' }); // prettier-ignore
        await write(1.5);
        await write(2.5);
        for (const id of [built.id, old])
          expect(await asof.verifyTrainingSet(id)).toMatchObject({ id, same: true, differing: 0 });

        await asSuperuser(
          project.settings.databaseUrl,
          `DELETE FROM history.scores WHERE user_id = 'u_2' AND score = 0.5`,
        );
        const { rows } = await pool.query<{ sequence: string }>(
          "SELECT sequence FROM asof.writes WHERE subject = 'scores' ORDER BY sequence",
        );
        const lost = {
          feature: 'score',
          table: 'scores',
          is: null,
          write: { kind: 'external', subject: 'scores', sequence: rows[1]!.sequence },
        };
        const row = { differing: 1, features: ['score', 'segment'], first: [{ row: 2 }] };
        const result = await asof.verifyTrainingSet(built.id);
        expect(result).toMatchObject({ ...row, same: false });
        expect(result.first[0]!.features[0]).toMatchObject({ ...lost, was: 0.5 });

        await rm(built.path);
        const without = await asof.verifyTrainingSet(built.id);
        expect(without).toMatchObject({ ...row, same: false });
        expect(without.first[0]!.features.map(({ feature }) => feature)).toEqual(['score', 'segment']);
        expect(without.first[0]!.features[0]).toMatchObject(lost);
        expect(without.first[0]!.features[0]).not.toHaveProperty('was');

        const shown = await asof.trainingSets.show(built.id);
        expect(shown).toMatchObject({ verification: { same: false, differing: 1 }, correction: null });

        expect(await asof.verifyTrainingSet(old)).toMatchObject({
          same: false,
          differing: 1,
          features: [],
          first: [{ row: 2, features: [] }],
        });

        await asSuperuser(
          project.settings.databaseUrl,
          `DELETE FROM history.scores; INSERT INTO asof.history_floors VALUES ('scores', ${rows[1]!.sequence})`,
        );
        await expect(asof.verifyTrainingSet(known.id)).rejects.toThrow(
          /cannot be verified any more: it is as-known .* removed versions .* history\.scores.*ASOF_HISTORY_INCOMPLETE/,
        );
      });
    }),
  );
});

/** A spine that asks as of now. */
async function spineOfNow(pool: Pool, folder: string): Promise<string> {
  const { rows } = await pool.query<{ now: string }>(
    `SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`,
  );
  const path = join(folder, 'now.csv');
  await writeFile(path, csv([['user_id', 'at', 'label'], ...USERS.map((user) => [user, rows[0]!.now, '1'])]));
  return path;
}

/** Stores a set as builds did before format 2: with a hash of each row, and without a kept spine or file. */
async function storeAsFormat1(pool: Pool, of: string): Promise<string> {
  const { manifest, name, path, host } = (await findTrainingSet(pool, of))!;
  const { rows } = await readParquetFile(path);
  const places = manifest.spine.columns.map((column) =>
    manifest.schema.findIndex((one) => one.name === column),
  );
  const sha256 = hash(rows.map(lineOfRow).join(''));
  const spine = {
    path: manifest.spine.path,
    columns: manifest.spine.columns,
    sha256: hash(rows.map((row) => lineOfRow(places.map((at) => row[at]!))).join('')),
  };
  const id = 'ts_000000000001';
  await pool.query(
    'INSERT INTO asof.training_sets (id, name, manifest, rows, sha256, path, host) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [
      id,
      name,
      JSON.stringify({ ...manifest, format: 1, spine, sha256 }),
      rows.length,
      sha256,
      `${path}.gone`,
      host,
    ],
  );
  for (const [at, row] of rows.entries())
    await pool.query(
      'INSERT INTO asof.training_set_rows (training_set_id, row_number, hash) VALUES ($1, $2, $3)',
      [id, at, Buffer.from(hash(manifest.salt + lineOfRow(row)), 'hex')],
    );
  return id;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
