import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import {
  batchTable,
  count,
  endpoint,
  eventSource,
  last,
  lookup,
  model,
  onlineTable,
  optional,
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
const REDIS_DATABASE = 9;
const USERS = Array.from({ length: 60 }, (_, index) => `u_${index}`);
const NOON = '2026-03-01T12:00:00Z';

const fields = { ...userEvents.fields, is_member: optional('boolean') };

function definitions(project: Project, name: string) {
  const source = eventSource({ name: project.source, entity: 'user_id', eventTime: 'event_ts', fields });
  const recent = streamTable({
    name: 'recent_membership',
    source,
    window: { length: '1 hour', slide: '15 minutes' },
    features: { is_member: last('is_member'), as_member_1h: count({ where: { is_member: true } }) },
  });
  const past = batchTable({
    name: 'past_membership',
    source,
    schedule: '0 0 * * *',
    reads: 'everything',
    features: { was_member: 'boolean' },
    sql: 'SELECT user_id, bool_or(is_member) AS was_member FROM events GROUP BY user_id',
  });
  const lookups = [lookup(recent), lookup(past, { features: [{ feature: 'was_member', default: false }] })];
  const set = trainingSet({
    name: 'membership',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: 'split' },
    lookups,
  });
  const classifier = model({ name, trainingSet: set, parameters: { trees: 20 }, nulls: { is_member: 1 } });
  return [
    ...[recent, past, set, classifier, onlineTable({ table: recent }), onlineTable({ table: past })],
    ...[endpoint({ name: 'churn', model: classifier }), endpoint({ name: 'shopper', lookups })],
  ].map(({ definition }) => definition);
}

/** What the events of a user say at 11:30 today, and a week ago. */
function membership(index: number): { now: boolean | null; before: boolean | null } {
  return {
    now: [true, false, null][index % 3]!,
    before: [null, true, false, false][index % 4]!,
  };
}

test('truth values go from events to features, Parquet, models and answers, as true, false and null', async () => {
  const added = { name: 'is_member', type: 'boolean', required: false } as const;
  const source = { fields: [...userEvents.definition.fields, added] };
  await withProject({ source, redisDatabase: REDIS_DATABASE }, async (project) => {
    const { asof, settings } = project;
    const name = `membership_${project.source.slice(-8)}`;
    await asof.apply([...(await asof.definitions()), ...definitions(project, name)]);
    const redis = await connectRedis(settings.redisUrl);
    await redis.flushdb();
    const worker = await createWorker({ ...settings, python: trainingPython() }, pino({ level: 'silent' }));
    const running = worker.run();
    try {
      await produce(project.kafka, project.source, events());
      await readEvents(project);
      await asof.batch('past_membership').run({ from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' });
      await withFolder(async (folder) => {
        const [spine, out] = [join(folder, 'labels.csv'), join(folder, 'rows.parquet')];
        await writeFile(spine, csv([['user_id', 'at', 'label', 'split'], ...labels()]));
        const trained = await asof.model(name).train({ spine, out });
        expect(trained.metrics.onnx_max_difference).toBeLessThan(1e-5);
        const { rows, types } = await readParquetFile(out);
        expect(types).toMatchObject({ is_member: 'BOOLEAN', as_member_1h: 'BIGINT', was_member: 'BOOLEAN' });
        expect(rows.map((row) => [row[4], row[6]])).toEqual(
          USERS.map((_, index) => [membership(index).now, membership(index).before]),
        );

        for (const table of ['recent_membership', 'past_membership'])
          await asof.online(table).refresh({ asOf: NOON });
        const served = serveAt({ pool: project.pool, reader: new RedisOnlineReader(redis) });
        const args = [`${name}/1`, out, 'is_member,as_member_1h,was_member'];
        const loaded = JSON.parse(await python('load_model.py', args, project.environment)) as Loaded;
        expect(loaded.inputs.map(([, type]) => type)).toEqual(['Any', 'Any', 'Any']);
        expect(loaded.probabilities.pyfunc).toEqual(loaded.probabilities.sklearn);
        for (const [index, user] of USERS.slice(0, 12).entries()) {
          const { outputs } = await served.features(user, at('12:00:00'));
          const { now, before } = membership(index);
          expect(outputs[0]).toMatchObject({ is_member: now, was_member: before });
          const prediction = await served.prediction(user, at('12:00:00'));
          expect(Math.abs(prediction - loaded.probabilities.sklearn[index]!)).toBeLessThan(1e-5);
        }
        const { outputs } = await served.features('nobody', at('12:00:00'));
        expect(outputs[0]).toMatchObject({ is_member: null, was_member: false });
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
    const { now, before } = membership(index);
    return [
      { user_id, is_member: before, event_ts: '2026-02-22T10:00:00Z' },
      { user_id, is_member: now, event_ts: '2026-03-01T11:30:00Z' },
    ];
  }).map((event) => ({ key: event.user_id, value: JSON.stringify(event) }));
}

/** Members stay, and every fifth of the others. */
function labels(): string[][] {
  const splits = ['train', 'train', 'train', 'val', 'test'];
  return USERS.map((user, index) => {
    const stays = membership(index).now === true || index % 5 === 0;
    return [user, NOON, stays ? '0' : '1', splits[(index >> 1) % splits.length]!];
  });
}
