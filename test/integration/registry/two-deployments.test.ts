import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect as connectAsof } from 'asof/client';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { listTopics } from '../../../adapters/kafka/topics.ts';
import { createMlflow } from '../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';
import { ensureRegisteredModel } from '../../../adapters/mlflow/registry.ts';
import { connectTemporal } from '../../../client/shared/temporal.ts';
import { recordModel } from '../../../db/training/models.ts';
import { Namespace } from '../../../domain/namespace.ts';
import { createWorker } from '../../../workers/worker.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import {
  HABITS,
  ORDERS,
  type TestDeployment,
  VISITS,
  besideWorker,
  cafe,
  withDeployment,
} from '../../support/projects/deployment.ts';
import { withDatabase } from '../../support/projects/project.ts';

const silent = pino({ level: 'silent' });
const DAY = '2026-03-02T00:00:00Z';
const GUESTS = 12;
const MODEL = 'regulars';

test('of two deployments on the same servers, one is reset while the other works, and nothing of the other changes', async () => {
  await withDeployment((one) =>
    withDeployment(async (other) => {
      await besideWorker(one.settings, () =>
        besideWorker(other.settings, async () => {
          for (const deployment of [one, other]) await open(deployment);
          const before = await belongings(one);
          expect(before.topics).toEqual([`${one.namespace}.${ORDERS}`]);
          expect(before.schedules).toEqual([
            `${one.namespace}:batch-${HABITS}`,
            `${one.namespace}:retention`,
          ]);
          expect(Object.keys(before.keys).length).toBeGreaterThan(GUESTS);
          expect(before.models).toEqual([`${one.namespace}.${MODEL}`]);

          await one.asof.stream(ORDERS).import(orders(11));
          const [, report] = await Promise.all([
            one.asof.stream(ORDERS).readToHead(),
            other.asof.reset({ force: true }),
          ]);
          expect(report).toMatchObject({
            topics: [`${other.namespace}.${ORDERS}`],
            schedules: [`${other.namespace}:batch-${HABITS}`, `${other.namespace}:retention`],
          });
          expect(report.stays.map(({ what }) => what)).toEqual([`MLflow model ${other.namespace}.${MODEL}`]);
          expect(report.keys).toBeGreaterThan(GUESTS);

          expect(await belongings(one)).toEqual(before);
          expect(await belongings(other)).toMatchObject({ topics: [], keys: {}, schedules: [] });
          expect(await schemas(other)).toEqual(['public']);
          expect(await one.asof.stream(ORDERS).check()).toMatchObject({ clean: true, violations: [] });
          expect(await windows(one)).toEqual(expected([10, 11]));
          expect(await one.asof.batch(HABITS).run({ from: DAY, to: DAY })).toMatchObject({ computed: 1 });
          const { last } = await one.asof.online(VISITS).refresh();
          expect(last).toMatchObject({ published: true, keys: GUESTS });
        }),
      );
    }),
  );
});

test('a worker that meets another deployment, or that cannot start, leaves nothing behind', async () => {
  await withDeployment(async ({ asof, settings, namespace, pool, redis }) => {
    await asof.apply([]);
    const before = await sessions(pool);
    const worker = await createWorker(settings, silent);
    const running = worker.run();
    running.catch(() => {});
    const key = new Namespace(namespace).redisKey(`present:${settings.temporal.taskQueue}`);
    const [own] = await redis.zrange(key, '0', '-1');
    await redis.zadd(key, Date.now() + 60_000, `${randomUUID()} elsewhere/1/0`);
    const refused = { ...settings, temporal: { ...settings.temporal, taskQueue: '__temporal_reserved' } };
    await expect(createWorker(refused, silent)).rejects.toThrow(/reserved/);

    await expect(running).rejects.toMatchObject({
      code: 'ASOF_NAMESPACE_TAKEN',
      details: { worker: 'elsewhere/1/0' },
    });
    expect(await redis.zrange(key, '0', '-1')).not.toContain(own);
    expect(await redis.keys(`${namespace}:present:__temporal*`)).toEqual([]);
    await eventually('the end of its sessions', async () =>
      (await sessions(pool)).every((session) => before.includes(session)),
    );
  });
});

async function sessions(pool: TestDeployment['pool']): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
  );
  return rows.map(({ pid }) => pid);
}

test('a database is worked on in its own namespace, and a namespace by one database at a time', async () => {
  await withDeployment(async (one) => {
    await one.asof.apply(cafe());
    await using misled = await connectAsof({ ...one.settings, namespace: 'elsewhere' });
    await expect(misled.definitions()).rejects.toMatchObject({ code: 'ASOF_NAMESPACE_DIFFERS' });

    await besideWorker(one.settings, () =>
      withDatabase(async (databaseUrl) => {
        const intruder = { ...one.settings, databaseUrl };
        await using second = await connectAsof({ ...intruder, logger: silent });
        const taken = { code: 'ASOF_NAMESPACE_TAKEN' };
        await expect(second.apply(cafe())).rejects.toMatchObject(taken);
        // The migrations alone make it a deployment.
        await expect(besideWorker(intruder, () => Promise.resolve())).rejects.toMatchObject(taken);
      }),
    );
  });
});

/** Gives a deployment a stream that was read, a computed day, an online table and a model. */
async function open({ asof, pool, settings, namespace }: TestDeployment): Promise<void> {
  await asof.apply(cafe());
  const stream = asof.stream(ORDERS);
  await stream.import(orders(10));
  await stream.readToHead({ from: 'earliest' });
  await asof.batch(HABITS).run({ from: DAY, to: DAY });
  await asof.online(VISITS).refresh();
  const mlflow = createMlflow(settings.mlflow, { namespace: new Namespace(namespace) });
  await ensureExperiment(mlflow, MODEL);
  await ensureRegisteredModel(mlflow, MODEL);
  await recordModel(pool, { name: MODEL, version: 1, runId: 'run', trainingSetId: 'set' }, {});
}

/** Each guest orders once more often than the one before, in the given hour. */
function orders(hour: number): string[] {
  return Array.from({ length: GUESTS }, (_, guest) =>
    Array.from({ length: guest + 1 }, (_, minute) =>
      JSON.stringify({ guest: `g${guest}`, drink: 'tea', at: `2026-03-01T${hour}:${10 + minute}:00Z` }),
    ),
  ).flat();
}

function expected(hours: readonly number[]) {
  return hours
    .flatMap((hour) =>
      Array.from({ length: GUESTS }, (_, guest) => ({
        guest: `g${guest}`,
        orders: String(guest + 1),
        end: `2026-03-01 ${hour + 1}:00:00`,
      })),
    )
    .sort((a, b) => (a.end + a.guest < b.end + b.guest ? -1 : 1));
}

async function windows({ pool }: TestDeployment) {
  const { rows } = await pool.query<{ guest: string; orders: string; end: string }>(`
    SELECT guest, orders_1h::text AS orders, to_char(feature_ts, 'YYYY-MM-DD HH24:MI:SS') AS end
    FROM features.${VISITS} ORDER BY to_char(feature_ts, 'YYYY-MM-DD HH24:MI:SS') || guest COLLATE "C"`);
  return rows;
}

/** What a deployment has on the servers beside Postgres, but for workflows and what announces its worker. */
async function belongings({ namespace, redis, settings }: TestDeployment) {
  const isOwn = (name: string): boolean => /^[a-z0-9]+/.exec(name)?.[0] === namespace;
  const keys: Record<string, string | null> = {};
  for (const key of (await redis.keys(`${namespace}:online:*`)).sort()) keys[key] = await redis.get(key);
  const schedules: string[] = [];
  const { client } = await connectTemporal(settings.temporal);
  for await (const { scheduleId } of client.schedule.list()) schedules.push(scheduleId);
  await client.connection.close();
  const { http } = createMlflow(settings.mlflow);
  const found = await http.get<{ registered_models?: { name: string }[] }>(
    '/api/2.0/mlflow/registered-models/search',
    { params: { filter: `name LIKE '${namespace}%'` } },
  );
  return {
    topics: (await listTopics(createKafka(settings.kafka, silent))).filter(isOwn),
    schedules: schedules.filter(isOwn).sort(),
    keys,
    models: (found.data.registered_models ?? []).map(({ name }) => name),
  };
}

async function schemas({ pool }: TestDeployment): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT nspname::text AS name FROM pg_namespace WHERE nspname !~ '^(pg_|information|_timescale|timescale)'`);
  return rows.map(({ name }) => name);
}
