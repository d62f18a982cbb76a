import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { SpineSource } from '../../../../client/index.ts';
import { ensureQueryLogin } from '../../../../db/batch/queries/ensure-query-login.ts';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { fill, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { FEATURES, prepare } from './random-tables.ts';

const CASES = 'test/cases/labels';
/** 2026-06-01T00:00:00Z. */
const START = 1_780_272_000_000_000n;

const labels: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'labels',
  spine: {
    keys: ['user_id'],
    timestamp: 'event_timestamp',
    label: 'churn_label',
    split: 'experiment_split',
  },
  lookups: [
    {
      table: 'windows',
      features: [{ feature: 'whole', as: 'events', default: null }],
      lookupKeys: ['user_id'],
      lookback: null,
    },
  ],
};

test('a spine gives the same set as CSV of pandas, Parquet, a query and rows of a program', async () => {
  await withLabels(['u_1', 'u_2'], async ({ asof }, folder) => {
    const parquet = join(folder, 'user_id=7', 'labels.parquet');
    await mkdir(join(folder, 'user_id=7'));
    const rows = [
      {
        user_id: 'u_1',
        churn_label: 0,
        event_timestamp: '2026-06-01 09:00:00+00',
        experiment_split: 'train',
      },
      {
        user_id: 'u_2',
        churn_label: true,
        event_timestamp: new Date('2026-06-01T09:00:00Z'),
        experiment_split: 'test',
      },
    ];
    const query = `
      SELECT * FROM (VALUES ('u_1', false, '2026-06-01 09:00+00'::timestamptz, 'train'), ('u_2', true, '2026-06-01 11:00+02', 'test'))
        AS labels (user_id, churn_label, event_timestamp, experiment_split) ORDER BY user_id -- the first is u_1;
;`;
    await writeParquet(
      `SELECT * FROM (VALUES ('u_1', 0, TIMESTAMPTZ '2026-06-01 09:00:00+00', 'train'), ('u_2', 1, TIMESTAMPTZ '2026-06-01 09:00:00+00', 'test'))
        AS labels (user_id, churn_label, event_timestamp, experiment_split)`,
      parquet,
    );
    const out = join(folder, 'rows.parquet');
    const build = (spine: SpineSource) => asof.trainingSet('labels').build({ spine, out });
    const pandas = await build(join(CASES, 'labels-pandas.csv'));
    expect(pandas.notes).toEqual([expect.stringContaining('without a name left out')]);
    expect((await readParquetFile(out)).rows.map((row) => row.slice(0, 2).concat(row[4]!))).toEqual([
      ['u_1', 0n, 1n],
      ['u_2', 1n, 2n],
    ]);
    const sources: SpineSource[] = [parquet, { query }, { rows }, { rows: later(rows) }];
    for (const spine of sources)
      expect(await build(spine)).toMatchObject({ sha256: pandas.sha256, rows: 2, notes: [] });

    await expect(build({ query: 'SELECT user_id FROM features.windows' })).rejects.toMatchObject({
      code: 'ASOF_SPINE_QUERY_INVALID',
      message: expect.stringMatching(/permission denied.*it may read the events/) as string,
    });
    await expect(build({ query: 'DELETE FROM asof.writes' })).rejects.toMatchObject({
      code: 'ASOF_SPINE_QUERY_INVALID',
    });
    await expect(build('s3://labels/june.csv')).rejects.toMatchObject({ code: 'ASOF_PATH_UNSUPPORTED' });
  });
});

test('keys with a blank fail the build, whose error shows keys of both sides to the caller alone', async () => {
  const users = Array.from({ length: 60 }, (_, at) => `u_${at}`);
  await withLabels(users, async (project) => {
    const { asof } = project;
    const build = asof.trainingSet('labels').build({ spine: join(CASES, 'labels-keys-with-a-blank.csv') });
    const error = (await build.catch((reason: unknown) => reason)) as Error & {
      details: { workflowId: string };
    };
    expect(error).toMatchObject({ code: 'ASOF_TRAINING_SET_FAILED' });
    const keys =
      (await readFile(join(CASES, 'labels-keys-with-a-blank.csv'), 'utf8')).trim().split('\n').length - 1;
    expect(error.message).toContain(`${keys} of the spine's ${keys} different keys in user_id`);
    expect(error.message).toContain("The spine has, for example: ' u_0', ' u_1', ' u_2'");
    expect(error.message).toMatch(
      /'windows' has, for example: 'u_\d+', 'u_\d+', 'u_\d+'; likely they differ in blanks/,
    );
    await project.withTemporal(async ({ client }) => {
      const handle = client.workflow.getHandle(error.details.workflowId);
      expect(JSON.stringify(await handle.fetchHistory())).not.toContain('u_0');
    });
  });
});

test('missing keys are shown wherever they stand in the spine', async () => {
  const known = Array.from({ length: 1_500 }, (_, at) => `k_${at}`);
  const missing = ['m_1', 'm_2', 'm_1', 'm_3', 'm_4'];
  await withLabels(
    known,
    async ({ asof }) => {
      const rows = [...known, missing[0]!, ...known.slice(0, 900), ...missing].map((user_id) => ({
        user_id,
        churn_label: 1,
        event_timestamp: '2026-06-02',
        experiment_split: 'test',
      }));
      await expect(asof.trainingSet('labels').build({ spine: { rows } })).rejects.toThrow(
        "The spine has, for example: 'm_1', 'm_2', 'm_3'",
      );
    },
    { ...labels, spine: { ...labels.spine, refuseMissing: 0.001 } },
  );
});

test('of keys in the forms of numbers, only the equal one is found', async () => {
  await withLabels(['518237'], async ({ asof }) => {
    const { lookups } = await asof
      .trainingSet('labels')
      .build({ spine: join(CASES, 'labels-float-keys.csv') });
    expect(lookups).toEqual([{ table: 'windows', found: 1, notFound: 3 }]);
  });
  await withLabels(['518238'], async ({ asof }) => {
    const rows = [
      { user_id: '518238.0', churn_label: 1, event_timestamp: '2026-06-02', experiment_split: 'test' },
    ];
    await expect(asof.trainingSet('labels').build({ spine: { rows } })).rejects.toThrow(
      /has, for example: '518238'; likely they differ in a decimal point/,
    );
  });
});

/** A project with the training set, and a row for each of the users. */
function withLabels(
  users: readonly string[],
  work: (project: Project, folder: string) => Promise<void>,
  definition = labels,
): Promise<void> {
  return withProject({}, (project) =>
    withFolder(async (folder) => {
      await prepare(project.pool, project.source);
      await inTransaction(project.pool, async (client) => {
        await register(client, definition);
        await ensureQueryLogin(client);
      });
      const rows = users.map((user, at) => ({
        key: [user],
        feature_ts: START,
        values: [BigInt(at + 1), 0.5, 'text', null],
      }));
      await fill(project.pool, 'windows', { keys: ['client_id'], features: FEATURES, rows });
      await project.withWorkers(1, () => work(project, folder));
    }),
  );
}

async function writeParquet(select: string, path: string): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
}

async function* later<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) yield await Promise.resolve(row);
}
