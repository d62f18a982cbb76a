import { join } from 'node:path';
import { expect, test } from 'vitest';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import { readStatistics } from '../../../../db/training/statistics.ts';
import { findTrainingSet } from '../../../../db/training/training-sets.ts';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { withProject } from '../../../support/projects/project.ts';
import { fill, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { FEATURES, prepare } from './random-tables.ts';

/** 2026-06-01T00:00:00Z. */
const START = 1_780_272_000_000_000n;
const DAY = 86_400_000_000n;

const unlabelled: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'unlabelled',
  spine: { keys: ['user'], timestamp: 'at', split: null },
  lookups: [
    {
      table: 'windows',
      features: [
        { feature: 'whole', as: 'events', default: null },
        { feature: 'label', as: 'text', default: 'none' },
      ],
      lookupKeys: ['user'],
      lookback: null,
    },
  ],
};
const sampled: TrainingSetDefinition = {
  ...unlabelled,
  name: 'sampled',
  spine: {
    ...unlabelled.spine,
    label: 'churned',
    split: { by: 'time', as: 'part', valFrom: '2026-06-03', testFrom: '2026-06-04' },
    sample: { share: 0.5, seed: 7, keepLabels: [1], as: 'weight' },
  },
};
const leaking: TrainingSetDefinition = {
  ...sampled,
  name: 'leaking',
  spine: { ...sampled.spine, refuseLeaks: ['entities', 'time'] },
};

test('a set without a label, one that is sampled and split, and what is known of their columns', async () => {
  await withProject({}, ({ pool, asof, ...project }) =>
    withFolder(async (folder) => {
      await prepare(pool, project.source);
      await inTransaction(pool, async (client) => {
        for (const definition of [unlabelled, sampled, leaking]) await register(client, definition);
      });
      const rows = ['u_1', 'u_2', 'u_3'].map((user, at) => ({
        key: [user],
        feature_ts: START,
        values: [BigInt(at), 0.5, at === 0 ? null : 'x', null, null],
      }));
      await fill(pool, 'windows', { keys: ['client_id'], features: FEATURES, rows });
      const users = ['u_1', 'u_2', 'u_3', 'u_4'];
      const spine = {
        rows: users.flatMap((user, at) =>
          [1, 2, 3].map((day) => ({
            user,
            at: new Date(Number((START + BigInt(day) * DAY) / 1000n)),
            churned: at % 2,
          })),
        ),
      };
      await project.withWorkers(1, async () => {
        const plain = await asof.trainingSet('unlabelled').build({ spine });
        expect(plain).toMatchObject({ rows: 12, notes: [] });
        expect(await readStatistics(pool, plain.id)).toEqual([
          expect.objectContaining({
            column: 'events',
            type: 'bigint',
            rows: 12,
            nulls: 3,
            notFound: 3,
            distinct: 3,
            numbers: expect.objectContaining({ min: 0, max: 2, mean: 1, nan: 0, outOfRange: 0 }) as object,
          }),
          expect.objectContaining({
            column: 'text',
            nulls: 3,
            notFound: 3,
            top: [
              { value: 'x', rows: 6 },
              { value: 'none', rows: 3 },
            ],
          }),
        ]);

        const out = join(folder, 'rows.parquet');
        const day = (number: number): string => `2026-06-0${number}`;
        const grid = { entitiesOf: 'windows', from: '2026-05-31', to: day(2), every: '1 day' };
        const made = await asof.trainingSet('unlabelled').build({ spine: grid, out });
        expect((await readParquetFile(out)).rows.map(([user, at, events]) => [user, at, events])).toEqual(
          [0n, 1n].flatMap((days) =>
            ['u_1', 'u_2', 'u_3'].map((user, at) => [user, START + days * DAY, BigInt(at)]),
          ),
        );
        expect((await findTrainingSet(pool, made.id))!.manifest.spine).toMatchObject({ made: grid });
        const early = { entitiesOf: 'windows', at: '2026-05-31' };
        await expect(asof.trainingSet('unlabelled').build({ spine: early })).rejects.toThrow(
          'none of the entities of windows at 2026-05-31 is visible then',
        );

        const { id, notes } = await asof.trainingSet('sampled').build({ spine, out });
        const { rows: found } = await readParquetFile(out);
        const [kept, dropped] = [found.filter((row) => row[2] === 1n), 12 - found.length];
        expect(kept).toHaveLength(6);
        expect(found.map((row) => row[4])).toEqual(found.map((row) => (row[2] === 1n ? 1 : 2)));
        expect(kept.map((row) => row[3])).toEqual(['train', 'val', 'test', 'train', 'val', 'test']);
        expect(notes).toEqual([
          `a sample of ${found.length} of 12 rows`,
          expect.stringMatching(/^keys that are in two splits: \d+ \(train, val\); \d \(train, test\)/),
        ]);
        const { manifest } = (await findTrainingSet(pool, id))!;
        expect(manifest).toMatchObject({
          spine: { columns: ['user', 'at', 'churned'] },
          split: {
            column: 'part',
            rule: { by: 'time' },
            leaks: { time: { 'train-val': 0, 'train-test': 0, 'val-test': 0 } },
          },
          weight: 'weight',
          sample: { share: 0.5, seed: 7, of: 12 },
          rows: 12 - dropped,
        });
        const [label] = await readStatistics(pool, id);
        expect(label).toMatchObject({ column: 'churned', notFound: null, numbers: { min: 0, max: 1 } });

        await expect(asof.trainingSet('leaking').build({ spine })).rejects.toThrow(
          /refuseLeaks refuses:\n✖ keys that are in two splits: 2 .*\n.*\(ASOF_SPLITS_LEAK\)/,
        );
      });
    }),
  );
});
