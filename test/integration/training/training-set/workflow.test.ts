import { randomUUID } from 'node:crypto';
import { readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptSet } from '../../../../adapters/files/kept-files.ts';
import { type BuildTrainingSetOptions, type TrainingSetReceipt, connect } from '../../../../client/index.ts';
import { dataRoots } from '../../../../config/data-roots.ts';
import type { Pool } from '../../../../db/sql/client.ts';
import { readBlocks } from '../../../../db/training/training-set-blocks.ts';
import type { HashedBlock } from '../../../../domain/training/canonical-columns.ts';
import type { TrainingSetManifest } from '../../../../domain/training/manifest.ts';
import { hashOfRows } from '../../../oracle/training/canonical-rows.ts';
import { historyText } from '../../../support/expectations/history-text.ts';
import { withProject } from '../../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { startWithTemporalCli } from '../../../support/servers/temporal-cli.ts';
import { type RandomSet, randomSets, spineText } from './random-set.ts';
import { prepare, store } from './random-tables.ts';

const [set] = fc.sample(randomSets, { seed: 7, numRuns: 1 }) as [RandomSet];

test('the Temporal CLI starts a build, its page shows the result, and the registry can prove the result', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder, list) => {
      const { pool, source } = project;
      await prepare(pool, source);
      await store(pool, set);
      await writeFile(join(folder, 'spine.csv'), spineText(set.spine));
      const files = { spine: join(folder, 'spine.csv'), out: join(folder, 'rows.parquet') };
      await project.withWorkers(1, async () => {
        const { result: receipt, page } = await startWithTemporalCli<TrainingSetReceipt>(
          project,
          'buildTrainingSet',
          { trainingSet: 'random', ...files },
        );
        for (const text of [receipt.id, receipt.sha256, files.out, `${set.spine.length} rows`])
          expect(page).toContain(text);
        expect(await list()).toEqual(['rows.parquet', 'spine.csv']);
        await expectProof(pool, receipt);

        const again = await project.asof.trainingSet('random').build(files);
        expect(again).toMatchObject({ id: receipt.id, sha256: receipt.sha256 });
        await expectProof(pool, again);
      });
    }),
  );
});

test('a bad input or a bad spine fails the workflow at once, and the error says why', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder, list) => {
      await prepare(project.pool, project.source);
      const [spine, out] = [join(folder, 'spine.csv'), join(folder, 'rows.parquet')];
      await writeFile(spine, 'user\nu\n');
      await project.withWorkers(1, async () => {
        const failure = (trainingSet: string, files: object) =>
          project.asof.trainingSet(trainingSet).build(files as BuildTrainingSetOptions);
        await expect(failure('random', { out })).rejects.toThrow(/the input of.*\n.*\n.*at spine/);
        await expect(failure('churn', { spine, out })).rejects.toThrow(
          /there is no training set 'churn'; known: 'random'/,
        );
        await expect(failure('random', { spine, out })).rejects.toThrow(/no key column 'shop'/);
      });
      expect(await list()).toEqual(['spine.csv']);
    }),
  );
});

test('a workflow reads and writes below the data roots alone, and its history repeats nothing of a file', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder, list) => {
      await prepare(project.pool, project.source);
      await store(project.pool, set);
      const [spine, out] = [join(folder, 'spine.csv'), join(folder, 'rows.parquet')];
      await writeFile(spine, spineText(set.spine));
      await symlink('/proc/self/environ', join(folder, 'environ.csv'));
      await symlink(tmpdir(), join(folder, 'door'));
      const { kept } = dataRoots();
      const refused: object[] = [
        ...['/proc/self/environ', '/proc/self/environ/../environ.csv', join(folder, 'environ.csv')].map(
          (path) => ({ spine: path }),
        ),
        ...[join(tmpdir(), 'x.parquet'), join(folder, 'door', 'x.parquet'), spine, keptSet(kept, 'ts_1')].map(
          (path) => ({ out: path, overwrite: true }),
        ),
      ];
      await writeFile(join(folder, 'secrets.csv'), 'PASSWORD=hunter2\nTOKEN=hunter3\n');
      await project.withWorkers(1, () =>
        project.withTemporal(async ({ client, taskQueue }) => {
          const start = (input: object) =>
            client.workflow.start('buildTrainingSet', {
              workflowId: `roots-${randomUUID()}`,
              taskQueue,
              args: [{ trainingSet: 'random', spine, ...input }],
            });
          const historyOf = async (handle: WorkflowHandle): Promise<string> => {
            await expect(handle.result()).rejects.toThrow();
            return historyText(handle);
          };
          const codeOf = (history: string) => /"type":"(ASOF_\w+)"/.exec(history)?.[1];
          for (const input of refused) {
            const history = await historyOf(await start(input));
            expect(codeOf(history), JSON.stringify(input)).toBe('ASOF_PATH_REFUSED');
            expect(history).not.toContain(process.env.PATH);
          }
          const history = await historyOf(await start({ spine: join(folder, 'secrets.csv') }));
          expect(codeOf(history)).toBe('ASOF_SPINE_INVALID');
          expect(history).not.toContain('hunter');

          const { id, path } = (await (await start({ out })).result()) as TrainingSetReceipt;
          expect(path).toBe(await realpath(out));
          const keptReceipt = (await (await start({})).result()) as TrainingSetReceipt;
          expect(keptReceipt).toMatchObject({ id, path: keptSet(kept, id) });
          await expectProof(project.pool, keptReceipt);
        }),
      );
      expect(await list()).toEqual(['door', 'environ.csv', 'rows.parquet', 'secrets.csv', 'spine.csv']);
    }),
  );
});

test('a build whose call is aborted is cancelled, and the error names its workflow', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder, list) => {
      await prepare(project.pool, project.source);
      await store(project.pool, set);
      await writeFile(join(folder, 'spine.csv'), spineText(set.spine));
      const files = { spine: join(folder, 'spine.csv'), out: join(folder, 'rows.parquet') };
      // No worker runs, so the build is not done before the call ends.
      const calling = new AbortController();
      const onProgress = (): void => calling.abort(new Error('enough'));
      const build = project.asof
        .trainingSet('random')
        .build({ ...files, onProgress, signal: calling.signal });
      const error = (await build.catch((reason: unknown) => reason)) as Error;
      expect(error).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } });
      const workflow = /^workflow (\S*training-set-random-\w+) is cancelled: .*starts a new one$/;
      expect(error.message).toMatch(workflow);
      const [, id] = workflow.exec(error.message)!;
      await project.withWorkers(1, () =>
        project.withTemporal(async ({ client }) => {
          const handle = client.workflow.getHandle(id!);
          await expect(handle.result()).rejects.toThrow('cancelled');
          expect((await handle.describe()).status.name).toBe('CANCELLED');
        }),
      );
      expect(await list()).toEqual(['spine.csv']);
    }),
  );
});

test("files are read and written by a worker of the caller's host, whichever worker takes the workflow", async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      await prepare(project.pool, project.source);
      await store(project.pool, set);
      await writeFile(join(folder, 'spine.csv'), spineText(set.spine));
      await project.withHosts(['host-a', 'host-b'], async () => {
        await using client = await connect({ ...project.settings, host: 'host-b' });
        for (let round = 0; round < 3; round += 1) {
          const files = { spine: join(folder, 'spine.csv'), out: join(folder, `${round}.parquet`) };
          const { id, path } = await client.trainingSet('random').build(files);
          expect(path).toBe(files.out);
          const { rows } = await project.pool.query('SELECT host FROM asof.training_sets WHERE id = $1', [
            id,
          ]);
          expect(rows).toEqual([{ host: 'host-b' }]);
        }
      });
    }),
  );
});

test('whatever is wrong with out is said before a workflow starts', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const [spine, other] = [join(folder, 'spine.csv'), join(folder, 'other')];
      await writeFile(spine, 'user\nu\n');
      await writeFile(other, 'mine');
      for (const out of [spine, other, folder, join(folder, 'none', 'out')])
        await expect(project.asof.trainingSet('random').build({ spine, out })).rejects.toMatchObject({
          code: expect.stringMatching(/ASOF_OUT_REFUSED|ASOF_FOLDER_UNWRITABLE/) as string,
        });
      expect(await readFile(spine, 'utf8')).toBe('user\nu\n');
    }),
  );
});

/** Expects the registry's manifest and row hashes to be those of the file. */
async function expectProof(pool: Pool, { id, path, rows, sha256 }: TrainingSetReceipt): Promise<void> {
  const { rows: sets } = await pool.query<{ manifest: TrainingSetManifest }>(
    'SELECT manifest FROM asof.training_sets WHERE id = $1',
    [id],
  );
  const { manifest } = sets[0]!;
  expect(manifest).toMatchObject({ format: 2, way: 'latest', rows, sha256, knowledge: { sequence: '0' } });
  expect(manifest.definitions.map(({ kind, name, version }) => `${kind} ${name} ${version}`)).toEqual([
    'training_set random 1',
    'batch_table windows 1',
    expect.stringMatching(/^event_source user-events-.* 1$/),
    'batch_table daily 1',
  ]);
  const columns = manifest.schema.map(({ name, type }) => [name, type] as const);
  const { rows: read } = await readParquetFile(path);
  expect(hashOfRows(columns, read)).toBe(sha256);
  const spineAt = manifest.spine.columns.map((name) => columns.findIndex(([column]) => column === name));
  const pick = <Item>(items: readonly Item[]): Item[] => spineAt.map((at) => items[at]!);
  expect(hashOfRows(pick(columns), read.map(pick))).toBe(manifest.spine.sha256);
  const blocks: HashedBlock[] = [];
  for await (const block of readBlocks(pool, id)) blocks.push(block);
  expect(blocks.map(({ columns }) => columns.length)).toEqual([columns.length]);
  expect(blocks[0]!.rows).toHaveLength(rows * 8);
  const mixes = [...new BigUint64Array(Uint8Array.from(blocks[0]!.rows).buffer)];
  const shown = read.map((row) => row.map(String).join());
  expect(mixes.map((mix) => mixes.indexOf(mix))).toEqual(shown.map((row) => shown.indexOf(row)));
}
