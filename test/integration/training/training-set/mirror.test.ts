import { randomUUID } from 'node:crypto';
import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { externalTable, lookup, trainingSet } from 'asof';
import { buildTrainingSet } from '../../../../activities/training/training-set/build.ts';
import { withScratch } from '../../../../activities/training/training-set/scratch.ts';
import { verifyTrainingSet } from '../../../../activities/training/verify/verify.ts';
import { beginWrite, sealWrite } from '../../../../db/commits/writes.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import { findTrainingSet } from '../../../../db/training/training-sets.ts';
import { withDeployment } from '../../../support/projects/deployment.ts';
import { csv, withFolder } from '../../../support/projects/training-set.ts';

const scores = externalTable({
  name: 'scores',
  primaryKeys: ['customer', 'shop'],
  timestamp: 'at',
  features: { score: 'double', orders: 'bigint', segment: 'string', is_new: 'boolean' },
});
const set = trainingSet({
  name: 'regulars',
  spine: { keys: ['customer', 'shop'], timestamp: 'at', label: 'stayed' },
  lookups: [lookup(scores)],
});

const DAY = 86_400_000;
const START = Date.parse('2025-12-01T00:00:00Z');
const customers = ['c_1', 'Ünï "q", 7', ' line\nbreak', 'NULL', '\\N'];

test('a set is the same with mirrors and without, whatever was written, lost or damaged since they were made', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply([scores, set]);
    await withFolder(async (folder) => {
      const spine = join(folder, 'spine.csv');
      await writeFile(spine, spineText());
      const mirrors = () => filesIn(join(folder, 'mirrors'));
      const built = new Set<string>();
      let seed = 1;
      const write = async (rows: number) => {
        seed += 1;
        await asof.writeTable(
          'scores',
          Array.from({ length: rows }, (_, at) => scoreOf(seed, at)),
        );
      };
      const expectSame = async () => {
        const [through, without] = [await build(pool, folder, 0), await build(pool, folder, Infinity)];
        expect(through).toEqual(without);
        built.add(through.id);
      };

      await write(300);
      await expectSame();
      const made = await mirrors();
      expect(made.length).toBeGreaterThan(2);
      await expectSame();
      expect(await mirrors()).toEqual(made);

      await write(40); // of which some correct rows
      await expectSame();
      expect(await mirrors()).toEqual(made);
      await remove(pool);
      await expectSame();

      await appendFile(made[0]!, 'x');
      await rm(made[1]!);
      await Promise.all([build(pool, folder, 0), write(20), build(pool, folder, 0)]);
      await expectSame();
      expect(await mirrors()).toHaveLength(made.length);

      // Each is what was known at its cut, and the last one what is current, whatever the mirrors hold.
      expect(built.size).toBeGreaterThan(2);
      for (const id of built) expect(await verify(pool, folder, id)).toMatchObject({ id, same: true });

      // History that may be gone makes older mirrors useless.
      await pool.query("INSERT INTO asof.history_floors SELECT 'scores', max(sequence) FROM asof.writes");
      await expectSame();
      expect(await mirrors()).not.toContain(made[2]);

      // Another database has the same sequences, known at other times.
      await pool.query("UPDATE asof.writes SET known_at = known_at + interval '1 microsecond'");
      const before = await mirrors();
      await expectSame();
      expect((await mirrors()).filter((path) => before.includes(path))).toEqual([]);

      // What a build would read is told before it does.
      vi.stubEnv('ASOF_DATA_ROOTS', folder);
      const kept = join(folder, '.asof');
      const explained = async () => (await asof.trainingSet('regulars').explainBuild({ spine })).lookups[0]!;
      expect((await explained()).read).toEqual({ by: 'wanted-keys', why: 'small' });
      await enlarge(pool);
      const { chunks, read } = await explained();
      const all = { by: 'mirror', held: 0, copied: chunks.count, copiedBytes: chunks.bytes, since: null };
      expect(read).toEqual(all);
      const { length } = await filesIn(join(kept, 'mirrors'));
      await build(pool, folder, undefined, kept);
      expect((await filesIn(join(kept, 'mirrors'))).length - length).toBe(chunks.count);
      expect((await explained()).read).toEqual({ ...all, held: chunks.count, copied: 0, copiedBytes: 0 });
      const { rows } = await pool.query<{ last: string }>(
        'SELECT max(sequence)::text AS last FROM asof.writes',
      );
      await write(1);
      expect((await explained()).read).toMatchObject({ held: chunks.count, since: rows[0]!.last });
      await pool.query('ANALYZE features.scores');
      const { keys, chunks: counted } = await explained();
      expect(keys).toEqual({ wanted: 35, there: 6 });
      expect(counted.rows).toBeGreaterThan(9000);
    });
  });
});

/** A build whose tables are mirrored from a size on. */
async function build(pool: Pool, folder: string, mirrorFrom: number | undefined, kept = folder) {
  const out = join(folder, `${randomUUID()}.parquet`);
  const files = { spine: join(folder, 'spine.csv'), out, overwrite: false };
  const signal = new AbortController().signal;
  const { id, sha256 } = await withScratch(folder, randomUUID(), 1, (scratch) =>
    buildTrainingSet(
      { trainingSet: 'regulars', as: 'latest', allowMissing: true, ...files },
      { pool, scratch, kept, host: 'here', report: () => {}, signal, mirrorFrom },
    ),
  );
  return { id, sha256 };
}

/** Verifies a set where mirrors are at hand. */
async function verify(pool: Pool, folder: string, id: string) {
  const stored = (await findTrainingSet(pool, id))!;
  const signal = new AbortController().signal;
  return withScratch(folder, randomUUID(), 1, (scratch) =>
    verifyTrainingSet(
      { stored, spine: join(folder, 'spine.csv'), spineSha256: undefined },
      { pool, scratch, kept: folder, host: 'here', report: () => {}, signal, mirrorFrom: 0 },
    ),
  );
}

function scoreOf(seed: number, at: number) {
  const random = (most: number): number => (Math.imul(seed * 7919 + at, 2654435761) >>> 5) % most;
  return {
    customer: customers[random(5)]!,
    shop: `s_${random(7)}`,
    at: new Date(START + random(300) * DAY).toISOString(),
    score: random(3) === 0 ? null : random(100) / 7,
    orders: random(11) === 0 ? null : random(9),
    segment: ['', 'a,b', '😀', null][random(4)],
    is_new: random(2) === 0,
  };
}

function spineText(): string {
  const rows = customers.flatMap((customer) =>
    Array.from({ length: 60 }, (_, at) => [
      customer,
      `s_${at % 7}`,
      new Date(START + at * 5.5 * DAY).toISOString(),
      '1',
    ]),
  );
  return csv([['customer', 'shop', 'at', 'stayed'], ...rows]);
}

/** Adds so many bytes that a mirror is worth it. */
async function enlarge(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    const writeId = await beginWrite(client);
    await client.query(
      `INSERT INTO features.scores (customer, shop, feature_ts, segment, write_id)
       SELECT 'c_2', 's_' || n, timestamptz '2025-12-01Z' + n * interval '30 minutes',
              (SELECT string_agg(md5(n::text || part), '') FROM generate_series(1, 58) AS part), $1
       FROM generate_series(1, 9500) AS n`,
      [writeId],
    );
    await sealWrite(client, writeId, { kind: 'external', subject: 'scores' });
  });
}

/** Removes rows as a recomputation does. */
async function remove(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    const writeId = await beginWrite(client);
    await client.query(
      `WITH gone AS (DELETE FROM features.scores WHERE orders = 3 RETURNING *)
       INSERT INTO history.scores SELECT *, $1::bigint FROM gone`,
      [writeId],
    );
    await sealWrite(client, writeId, { kind: 'external', subject: 'scores' });
  });
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort(); // prettier-ignore
}
