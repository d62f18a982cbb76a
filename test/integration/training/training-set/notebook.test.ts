import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { dataRoots } from '../../../../config/data-roots.ts';
import { trainingPython } from '../../../../config/training.ts';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import { recordModel } from '../../../../db/training/models.ts';
import type { FeatureLookup, TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { fill, withFolder } from '../../../support/projects/training-set.ts';
import { FEATURES, prepare } from './random-tables.ts';

const page = readFileSync(new URL('../../../../docs/how-to/from-a-notebook.md', import.meta.url), 'utf8');
const cells = [...page.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code!);

/** As the page's training set, on a table that the test fills. */
const churn: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: {
    keys: ['user_id'],
    timestamp: 'event_timestamp',
    label: 'churn_label',
    split: 'experiment_split',
  },
  lookups: [
    {
      table: 'windows',
      lookupKeys: ['user_id'],
      lookback: null,
      features: [
        { feature: 'whole', as: 'event_count', default: 0 },
        { feature: 'label', as: 'last_platform', default: null },
      ],
    },
  ],
};

/** 2026-06-02T00:00:00Z. */
const START = 1_780_358_400_000_000n;
const HOUR = 3_600_000_000n;

test('the cells of the page build a set from a frame, which is listed, shown and compared with another', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const { pool, asof } = project;
      await prepare(pool, project.source);
      const define = (changed: Partial<FeatureLookup>) =>
        inTransaction(pool, (client) =>
          register(client, { ...churn, lookups: [{ ...churn.lookups[0]!, ...changed }] }),
        );
      await define({});
      await store(project, [5n, 7n]);
      await project.withWorkers(1, async () => {
        const [id, splits] = (await runCells(project, folder)) as [string, object];
        expect(splits).toEqual({ train: 2, test: 1 });

        await define({ lookback: '2 days' });
        await store(project, [5n, 8n]);
        const spine = {
          rows: [
            row('u_1', '2026-06-02T10:00:00Z', 0, 'train'),
            row('u_2', '2026-06-02T11:30:00Z', 1, 'train'),
            row('u_3', '2026-06-03T10:00:00Z', 1, 'test'),
          ],
        };
        const other = await asof.trainingSet('churn').build({ spine });
        await recordModel(pool, { name: 'm', version: 1, runId: 'r', trainingSetId: other.id }, {});

        const listed = await asof.trainingSets.list({ name: 'churn' });
        expect(listed.map((set) => [set.id, set.definitionVersion, set.rows, set.way, set.models])).toEqual([
          [other.id, 2, 3, 'latest', ['m/1']],
          [id, 1, 3, 'latest', []],
        ]);
        expect(await asof.trainingSets.list({ limit: 1 })).toHaveLength(1);

        const shown = await asof.trainingSets.show(id);
        expect(shown).toMatchObject({ id, rows: 3, file: { state: 'as built' }, models: [] });
        expect(shown.statistics.map(({ column }) => column)).toEqual([
          'churn_label',
          'event_count',
          'last_platform',
        ]);
        await expect(asof.trainingSets.show('ts_none')).rejects.toMatchObject({
          code: 'ASOF_TRAINING_SET_UNKNOWN',
        });

        const diff = await asof.trainingSets.diff(id, other.id);
        expect(diff).toMatchObject({
          same: false,
          definitions: [
            {
              kind: 'training_set',
              name: 'churn',
              a: 1,
              b: 2,
              options: [{ option: 'lookups.windows.lookback', a: null, b: '2 days' }],
            },
          ],
          rows: {
            onlyA: 1,
            onlyB: 1,
            both: 2,
            changed: 1,
            columns: { event_count: 1 },
            examples: [
              {
                row: { user_id: 'u_2', event_timestamp: '2026-06-02T11:30:00.000000Z' },
                values: { event_count: { a: 7, b: 8 } },
              },
            ],
          },
        });
        expect(diff.changed.map(({ option }) => option)).toEqual([
          'spine',
          'split.leaks.entities.train-test',
        ]);
        await define({ lookback: '3 days' });
        const again = await asof.trainingSet('churn').build({ spine });
        expect(again.id).not.toBe(other.id);
        expect(await asof.trainingSets.diff(other.id, again.id)).toMatchObject({
          same: true,
          definitions: [{ a: 2, b: 3 }],
          rows: { both: 3, changed: 0 },
        });
        const same = await asof.trainingSets.diff(id, id);
        expect(same).toMatchObject({
          same: true,
          changed: [],
          definitions: [],
          rows: { changed: 0, both: 3 },
        });
        expect(same.distributions.map(({ stabilityIndex }) => stabilityIndex)).toEqual([0, 0, 0]);
      });
    }),
  );
});

function row(user: string, at: string, label: number, split: string) {
  return { user_id: user, event_timestamp: new Date(at), churn_label: label, experiment_split: split };
}

/** Stores the event counts of `u_1` and `u_2`, of an hour before the page's first moment. */
async function store({ pool }: Project, counts: readonly bigint[]): Promise<void> {
  const rows = counts.map((count, at) => ({
    key: [`u_${at + 1}`],
    feature_ts: START + 9n * HOUR,
    values: [count, null, 'web', null, null],
  }));
  await fill(pool, 'windows', { keys: ['client_id'], features: FEATURES, rows });
}

/** Runs the page's cells with the stack's Python, as a notebook would; resolves to the value of the last one. */
async function runCells({ environment, settings }: Project, folder: string): Promise<unknown> {
  const [root] = dataRoots().declared;
  const env = {
    ...environment,
    TEMPORAL_ADDRESS: settings.temporal.address,
    ASOF_TASK_QUEUE: settings.temporal.taskQueue,
    ASOF_DATA_ROOTS: `${folder}:${root}`,
  };
  const script = new URL('run_cells.py', import.meta.url).pathname;
  const child = spawn(trainingPython(), [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(cells));
  return JSON.parse(await text(child.stdout)) as unknown;
}
