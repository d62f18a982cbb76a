import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { coalesce, divide, externalTable, lookup, model, requestFeature, required, trainingSet } from 'asof';
import { keptScores } from '../../../../adapters/files/kept-files.ts';
import { downloadArtifact, uploadArtifact } from '../../../../adapters/mlflow/artifacts.ts';
import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import { artifactUriOf } from '../../../../adapters/mlflow/registry.ts';
import { dataRoots } from '../../../../config/data-roots.ts';
import { trainingPython } from '../../../../config/training.ts';
import { Namespace } from '../../../../domain/namespace.ts';
import { type TestDeployment, besideWorker, withDeployment } from '../../../support/projects/deployment.ts';
import { csv, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { python } from './support/python.ts';

const habits = externalTable({
  name: 'habits',
  primaryKeys: ['user_id'],
  timestamp: 'at',
  features: { spent: 'double', visits: 'bigint', tier: 'string', active: 'boolean' },
});
const scores = externalTable({
  name: 'purchase_scores',
  primaryKeys: ['user_id'],
  timestamp: 'at',
  features: { prediction: 'double', model: 'string', model_version: 'bigint', note: 'string' },
});
/** The definitions, with a request feature that divides by one of the looked-up features. */
function definitions(by: 'spent' | 'visits') {
  const set = trainingSet({
    name: 'purchases',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'bought', split: 'part' },
    lookups: [lookup(habits)],
    requestFields: { amount: required('double') },
    requestFeatures: [
      requestFeature({ name: 'amount_ratio', expression: divide('amount', coalesce(by, 1)) }),
    ],
  });
  return [habits, scores, set, model({ name: 'purchase', trainingSet: set, parameters: { trees: 15 } })];
}

/** A user that has no row, one with nulls, and others. */
const USERS = Array.from({ length: 90 }, (_, index) => `u,"${index}`);
const AT = '2026-03-01T12:00:00.000001Z';

test('predictions for a spine are those of the version in Python, in a file and in a table', async () => {
  await withDeployment(async (deployment) => {
    const { asof, settings, pool } = deployment;
    await asof.apply(definitions('spent'));
    await asof.writeTable('habits', habitRows());
    await besideWorker({ ...settings, python: trainingPython() }, () =>
      withFolder(async (folder) => {
        const [spine, rows] = [join(folder, 'users.csv'), join(folder, 'rows.parquet')];
        const { trainingSet: set } = await asof
          .model('purchase')
          .train({ spine: { rows: labels() }, out: rows });
        await writeFile(
          spine,
          csv([['amount', 'at', 'user_id'], ...USERS.map((user, index) => [amount(index), AT, user])]),
        );
        const out = join(folder, 'scores.parquet');
        const steps: unknown[] = [];
        const first = await asof.model('purchase').score({
          spine,
          out,
          table: 'purchase_scores',
          onProgress: (activities) => activities.forEach(({ details }) => steps.push(details)),
        });
        expect(first).toMatchObject({
          model: 'purchase',
          version: 1,
          trainingSet: set.id,
          rows: 90,
          file: { path: out },
          table: { name: 'purchase_scores', changed: 90 },
          lookups: [{ table: 'habits', found: 89, notFound: 1 }],
        });
        const { types, rows: scored } = await readParquetFile(out);
        expect(types).toEqual({
          at: 'TIMESTAMP WITH TIME ZONE',
          user_id: 'VARCHAR',
          prediction: 'DOUBLE',
          model: 'VARCHAR',
          model_version: 'INTEGER',
        });
        expect(scored.map(([, user]) => user)).toEqual(USERS);
        const predictions = scored.map((row) => row[2] as number);
        expect(new Set(predictions).size).toBeGreaterThan(10);

        const loaded = await inPython(deployment, rows);
        expect(loaded.versions).toEqual([1]);
        expect(loaded.digest).toBe(set.sha256.slice(0, 36));
        expect(loaded.source.sha256).toBe(set.sha256);
        expect(loaded.tags['asof.training_set_sha256']).toBe(set.sha256);
        const drawn = ['calibration.svg', 'importances.svg', 'roc.svg', 'thresholds.json'];
        expect(loaded.evaluation).toEqual(
          expect.arrayContaining(drawn.map((file) => `evaluation/${file}`)) as string[],
        );
        expect([...loaded.importances].sort()).toEqual(['active', 'amount_ratio', 'spent', 'tier', 'visits']);
        expect(greatestDifference(predictions, loaded.predictions)).toBeLessThan(1e-5);

        const stored = await pool.query<{ user_id: string; prediction: number; model_version: string }>(
          'SELECT * FROM features.purchase_scores',
        );
        const byUser = new Map(stored.rows.map((row) => [row.user_id, row]));
        expect(USERS.map((user) => byUser.get(user)!.prediction)).toEqual(predictions);
        expect(byUser.get(USERS[0]!)).toMatchObject({ model: 'purchase', model_version: '1', note: null });

        await asof.apply(definitions('visits'));
        const again = await asof
          .model('purchase')
          .score({ version: 1, spine, out, table: 'purchase_scores' });
        expect(again).toMatchObject({ file: first.file, table: { changed: 0 } });

        const asCsv = join(folder, 'scores.csv');
        await asof.model('purchase').score({ spine, out: asCsv });
        const lines = (await readFile(asCsv, 'utf8')).trimEnd().split('\n');
        expect(lines[0]).toBe('at,user_id,prediction,model,model_version');
        expect(lines[1]).toBe(`${AT},"u,""0",${predictions[0]},purchase,1`);
        expect(lines).toHaveLength(91);
        expect(await readdir(keptScores(dataRoots().kept))).toEqual([]);

        await expectRefused(deployment, { spine, folder });
      }),
    );
  });
});

interface Loaded {
  readonly versions: readonly number[];
  readonly tags: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly source: { readonly sha256: string };
  readonly predictions: readonly number[];
  readonly evaluation: readonly string[];
  readonly importances: readonly string[];
}

async function inPython({ namespace, settings }: TestDeployment, path: string): Promise<Loaded> {
  const name = new Namespace(namespace).mlflowName('purchase');
  const environment = { ...process.env, MLFLOW_TRACKING_URI: settings.mlflow.uri };
  return JSON.parse(await python('mlflow_client.py', [name, '1', path], environment)) as Loaded;
}

function greatestDifference(ours: readonly number[], theirs: readonly number[]): number {
  expect(theirs).toHaveLength(ours.length);
  return Math.max(...ours.map((value, row) => Math.abs(value - theirs[row]!)));
}

async function expectRefused(
  { asof, namespace, settings }: TestDeployment,
  { spine, folder }: { readonly spine: string; readonly folder: string },
): Promise<void> {
  const refusal = (
    options: Partial<Parameters<ReturnType<typeof asof.model>['score']>[0]>,
    name = 'purchase',
  ) =>
    asof
      .model(name)
      .score({ spine, ...options })
      .then(
        () => 'no refusal',
        (error: Error) => error.message,
      );
  expect(await refusal({ version: 7 })).toMatch(/'purchase' has no version 7; known: 1\. Train one/);
  expect(await refusal({}, 'nobody')).toMatch(/'nobody' has no version; known: none/);
  expect(await refusal({ out: spine })).toMatch(/it is the spine/);
  expect(await refusal({ out: join(folder, 'scores.json') })).toMatch(/ends in \.parquet or \.csv/);
  expect(await refusal({ table: 'habits' })).toMatch(
    /'habits' cannot take the predictions: it lacks the features prediction: 'double', model: 'string', model_version: 'bigint'/,
  );
  expect(await refusal({ spine: { rows: [{ user_id: 'u', at: AT }] } })).toMatch(
    /there is no request column 'amount'/,
  );
  const mlflow = createMlflow(settings.mlflow, { namespace: new Namespace(namespace) });
  const artifacts = await artifactUriOf(mlflow, 'purchase', 1);
  const onnx = await downloadArtifact(mlflow, artifacts, 'model.onnx');
  await uploadArtifact(mlflow, artifacts, 'model.onnx', Buffer.concat([onnx, Buffer.alloc(1)]));
  expect(await refusal({})).toMatch(/model\.onnx of model version purchase\/1 in MLflow is not the file/);
}

function habitRows() {
  return USERS.slice(1).map((user_id, index) => ({
    user_id,
    at: '2026-02-28T00:00:00Z',
    spent: index % 7 === 6 ? null : index * 1.5,
    visits: index % 5 === 4 ? null : index % 9,
    tier: index % 4 === 3 ? null : ['gold', 'basic', 'naïve'][index % 3]!,
    active: index % 6 === 5 ? null : index % 2 === 0,
  }));
}

function amount(index: number): string {
  return String((index * 37) % 11);
}

function labels() {
  const splits = ['train', 'train', 'train', 'val', 'test'];
  return USERS.map((user_id, index) => ({
    user_id,
    at: AT,
    amount: amount(index),
    bought: (index * 37) % 11 > 5 && index % 9 > 2 ? 1 : 0,
    part: splits[index % splits.length]!,
  }));
}
