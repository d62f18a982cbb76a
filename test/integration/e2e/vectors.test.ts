import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import {
  add,
  batchTable,
  coalesce,
  endpoint,
  eventSource,
  externalTable,
  lastVector,
  lookup,
  meanVector,
  model,
  onlineTable,
  optional,
  requestFeature,
  streamTable,
  trainingSet,
} from 'asof';
import { connectRedis } from '../../../adapters/redis/client.ts';
import { RedisOnlineReader } from '../../../adapters/redis/online-reader.ts';
import { trainingPython } from '../../../config/training.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { createWorker } from '../../../workers/worker.ts';
import { readEvents } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import { at } from '../../support/projects/online.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { csv, readParquetFile, withFolder } from '../../support/projects/training-set.ts';
import { serveAt } from '../../support/servers/serving.ts';
import { python } from '../training/model/support/python.ts';

/** A Redis database that no other test uses. */
const REDIS_DATABASE = 15;
const USERS = Array.from({ length: 60 }, (_, index) => `u_${index}`);
const NOON = '2026-03-01T12:00:00Z';
const COLUMNS = [
  'taste_0',
  'taste_1',
  'mean_taste_0',
  'mean_taste_1',
  'past_0',
  'past_1',
  'style_0',
  'style_1',
];

const fields = { ...userEvents.fields, taste: optional('double[]', { length: 2 }) };

function definitions(project: Project, name: string) {
  const source = eventSource({ name: project.source, entity: 'user_id', eventTime: 'event_ts', fields });
  const recent = streamTable({
    name: 'recent_taste',
    source,
    window: { length: '1 hour', slide: '15 minutes' },
    features: { taste: lastVector('taste'), mean_taste: meanVector('taste') },
  });
  const past = batchTable({
    name: 'past_taste',
    source,
    schedule: '0 0 * * *',
    features: { past: { type: 'double[]', length: 2 } },
    reads: 'everything',
    sql: 'SELECT DISTINCT ON (user_id) user_id, taste AS past FROM events ORDER BY user_id, event_ts DESC',
  });
  const styles = externalTable({
    name: 'styles',
    primaryKeys: ['user_id'],
    timestamp: 'at',
    features: { style: { type: 'double[]', length: 2 } },
  });
  const lookups = [lookup(recent), lookup(past), lookup(styles)] as const;
  const distance = requestFeature({
    name: 'taste_and_style',
    expression: add(coalesce('taste_0', 0), coalesce('style_1', 0)),
  });
  const set = trainingSet({
    name: 'tastes',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: 'split' },
    lookups,
    requestFeatures: [distance],
  });
  const classifier = model({ name, trainingSet: set, parameters: { trees: 20 }, nulls: { taste_1: 0.5 } });
  return [
    ...[recent, past, styles, set, classifier].map(({ definition }) => definition),
    ...[recent, past, styles].map((table) => onlineTable({ table }).definition),
    endpoint({ name: 'churn', model: classifier }).definition,
    endpoint({ name: 'shopper', lookups, requestFeatures: [distance] }).definition,
  ];
}

/** What the events of a user say at 11:30 and 11:40 today, a week ago, and what somebody writes of them. */
function tasteOf(index: number) {
  const now = index % 3 === 2 ? null : [index / 10, -(index + 1) / 10];
  const then = [0.1, (2 + 10 * index) / 10];
  return {
    now,
    then,
    before: index % 4 === 3 ? null : [1e-7 * index, 1e15],
    style: index % 5 === 4 ? null : [Math.sqrt(index), index % 2],
    mean: (now === null ? then : now.map((one, at) => exactMean(one, then[at]!))) as readonly number[],
  };
}

/** The numbers have one decimal place. */
function exactMean(a: number, b: number): number {
  return (Math.round(a * 10) + Math.round(b * 10)) / 20;
}

test('vectors go from events, batches and files to features, Parquet, models and answers', async () => {
  const added = { name: 'taste', type: 'double[]', required: false, length: 2 } as const;
  const source = { fields: [...userEvents.definition.fields, added] };
  await withProject({ source, redisDatabase: REDIS_DATABASE }, async (project) => {
    const { asof, settings } = project;
    const name = `tastes_${project.source.slice(-8)}`;
    await asof.apply([...(await asof.definitions()), ...definitions(project, name)]);
    const redis = await connectRedis(settings.redisUrl);
    await redis.flushdb();
    const worker = await createWorker({ ...settings, python: trainingPython() }, pino({ level: 'silent' }));
    const running = worker.run();
    try {
      await produce(project.kafka, project.source, events());
      await readEvents(project);
      await asof.batch('past_taste').run({ from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' });
      await asof.writeTable('styles', styles());
      await withFolder(async (folder) => {
        const [spine, out] = [join(folder, 'labels.csv'), join(folder, 'rows.parquet')];
        await writeFile(spine, csv([['user_id', 'at', 'label', 'split'], ...labels()]));
        const trained = await asof.model(name).train({ spine, out });
        expect(trained.metrics.onnx_max_difference).toBeLessThan(1e-5);
        const { rows, types } = await readParquetFile(out);
        expect(Object.keys(types).slice(4)).toEqual([...COLUMNS, 'taste_and_style']);
        expect(new Set(Object.values(types).slice(4))).toEqual(new Set(['DOUBLE']));
        const nulls = [null, null];
        expect(rows.map((row) => row.slice(4))).toEqual(
          USERS.map((_, index) => {
            const { now, mean, then, before, style } = tasteOf(index);
            const taste = now ?? then;
            return [
              ...taste,
              ...mean,
              ...(before ?? nulls),
              ...(style ?? nulls),
              taste[0]! + (style?.[1] ?? 0),
            ];
          }),
        );

        for (const table of ['recent_taste', 'past_taste', 'styles'])
          await asof.online(table).refresh({ asOf: NOON });
        const served = serveAt({ pool: project.pool, reader: new RedisOnlineReader(redis) });
        const args = [`${name}/1`, out, [...COLUMNS, 'taste_and_style'].join(',')];
        const loaded = JSON.parse(await python('load_model.py', args, project.environment)) as Loaded;
        expect(loaded.inputs.map(([input]) => input)).toEqual([...COLUMNS, 'taste_and_style']);
        expect(loaded.probabilities.pyfunc).toEqual(loaded.probabilities.sklearn);
        for (const [index, user] of USERS.slice(0, 12).entries()) {
          const { outputs } = await served.features(user, at('12:00:00'));
          const { now, mean, then, before, style } = tasteOf(index);
          expect(outputs[0]).toEqual({
            user_id: user,
            taste: now ?? then,
            mean_taste: mean,
            past: before,
            style,
            taste_and_style: (now ?? then)[0]! + (style?.[1] ?? 0),
          });
          const prediction = await served.prediction(user, at('12:00:00'));
          expect(Math.abs(prediction - loaded.probabilities.sklearn[index]!)).toBeLessThan(1e-5);
        }
        const { outputs } = await served.features('nobody', at('12:00:00'));
        expect(outputs[0]).toMatchObject({ taste: null, past: null, style: null, taste_and_style: 0 });
        expect(await served.prediction('nobody', at('12:00:00'))).toBeGreaterThan(0);
        await served.close();
      });
    } finally {
      worker.stop();
      await running;
      redis.disconnect();
    }
  });
});

/** What MLflow's own clients in Python make of a version, and of the rows that it was trained on. */
interface Loaded {
  readonly probabilities: Record<'sklearn' | 'onnx' | 'pyfunc', number[]>;
  readonly inputs: readonly [name: string, type: string][];
}

function events() {
  return USERS.flatMap((user_id, index) => {
    const { now, then, before } = tasteOf(index);
    return [
      { user_id, taste: before, event_ts: '2026-02-22T10:00:00Z' },
      { user_id, taste: then, event_ts: '2026-03-01T11:30:00Z' },
      { user_id, taste: [...then, 3], event_ts: '2026-03-01T11:35:00Z' },
      { user_id, taste: now, event_ts: '2026-03-01T11:40:00Z' },
    ];
  }).map((event) => ({ key: event.user_id, value: JSON.stringify(event) }));
}

function styles() {
  return USERS.map((user_id, index) => ({
    user_id,
    at: '2026-02-28T00:00:00Z',
    style: tasteOf(index).style,
  }));
}

function labels(): string[][] {
  const splits = ['train', 'train', 'train', 'val', 'test'];
  return USERS.map((user, index) => {
    const stays = tasteOf(index).now === null || index % 5 === 0;
    return [user, NOON, stays ? '0' : '1', splits[(index >> 1) % splits.length]!];
  });
}
