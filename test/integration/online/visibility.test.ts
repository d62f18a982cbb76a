import Fastify from 'fastify';
import { expect, test } from 'vitest';
import type { Instant } from '../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { endpoint } from '../../../schemas/definitions/endpoint.ts';
import { lookup } from '../../../schemas/definitions/lookup.ts';
import type { FeatureOutputs } from '../../../schemas/serving/invocation.ts';
import { EndpointCatalogue } from '../../../serving/catalogue/endpoint-catalogue.ts';
import { build } from '../../../serving/routes/app.ts';
import {
  type OnlineProject,
  at,
  removeWindows,
  syncAt,
  withOnlineProject,
  writeWindows,
} from '../../support/projects/online.ts';

const { definition } = endpoint({
  name: 'activity',
  lookups: [
    lookup(userActivityFeatures, { features: ['event_count_1h', 'last_platform'], lookback: '24 hours' }),
  ],
});
const hour = ['10:00:00', '10:15:00', '10:30:00', '10:45:00', '11:00:00'];

test('a lookup at 10:03 gives the window that ended at 10:00, and never one that is still open', async () => {
  await withOnlineProject(async (project) => {
    const ask = serving(project);
    expect(await ask('u_1', '10:03:00')).toBe('ASOF_ONLINE_TABLE_UNPUBLISHED');
    await writeWindows(
      project,
      hour.map((end, index) => ({ user: 'u_1', end: at(end), events: index + 1 })),
    );
    expect(await syncAt(project, at('10:01:00'))).toMatchObject({ published: true, keys: 1, rows: 5 });

    expect(await ask('u_1', '10:03:00')).toMatchObject({
      events: 1,
      status: 'found',
      feature_ts: '2026-03-01T10:00:00.000000Z',
      nulls: [],
    });
    // No sync in between: time alone closes windows.
    expect(await ask('u_1', '10:14:59.999999')).toMatchObject({ events: 1 });
    expect(await ask('u_1', '10:15:00')).toMatchObject({ events: 2 });
    expect(await ask('u_1', '10:59:59')).toMatchObject({ events: 4 });
    expect(await ask('u_1', '11:00:00')).toMatchObject({
      events: 5,
      feature_ts: '2026-03-01T11:00:00.000000Z',
    });
    expect(await ask('u_2', '10:03:00')).toMatchObject({
      events: null,
      status: 'not_found',
      feature_ts: null,
    });
  });
});

test('a row is too old only when the lookback says so', async () => {
  await withOnlineProject(async (project) => {
    const ask = serving(project);
    await writeWindows(project, [{ user: 'u_1', end: at('00:15:00'), events: 3, platform: null }]);
    await syncAt(project, at('10:00:00'));
    expect(await ask('u_1', '23:59:00')).toMatchObject({
      events: 3,
      status: 'found_null',
      nulls: ['last_platform'],
    });
    const dayLater = at('00:15:00') + 86_400_000_000n;
    expect(await ask('u_1', dayLater - 1n)).toMatchObject({ events: 3 });
    expect(await ask('u_1', dayLater)).toMatchObject({ events: null, status: 'not_found' });
  });
});

test('a sync that dies half-way is never seen, and the next sync repeats it', async () => {
  await withOnlineProject(async (project) => {
    const ask = serving(project);
    const users = Array.from({ length: 2_500 }, (_, index) => `u_${index}`);
    const windows = (events: number) => users.map((user) => ({ user, end: at('10:00:00'), events }));
    await writeWindows(project, windows(1));
    await syncAt(project, at('10:01:00'));
    await writeWindows(project, windows(2));
    const dies = (): void => {
      throw new Error('killed');
    };
    await expect(syncAt(project, at('10:02:00'), { onProgress: dies })).rejects.toThrow('killed');
    const seen = await Promise.all(users.map((user) => ask(user, '10:02:30')));
    expect(new Set(seen.map((one) => (one as { events: number }).events))).toEqual(new Set([1]));

    expect(await syncAt(project, at('10:03:00'))).toMatchObject({ published: true, keys: 2_500 });
    const then = await Promise.all(users.map((user) => ask(user, '10:03:00')));
    expect(new Set(then.map((one) => (one as { events: number }).events))).toEqual(new Set([2]));
    // A request that took its moment before this publication gets the previous one.
    expect(await ask('u_7', '10:02:59')).toMatchObject({ events: 1 });

    const { rows } = await project.pool.query<object>(
      'SELECT sync, sequence::int, whole, keys::int, rows::int, published_at FROM asof.online_syncs ORDER BY sync',
    );
    expect(rows).toEqual([
      {
        sync: 1,
        sequence: 1,
        whole: true,
        keys: 2_500,
        rows: 2_500,
        published_at: new Date('2026-03-01T10:01:00Z'),
      },
      {
        sync: 2,
        sequence: 2,
        whole: false,
        keys: 2_500,
        rows: 2_500,
        published_at: new Date('2026-03-01T10:03:00Z'),
      },
    ]);
  });
});

test('a sync publishes nothing without new writes, and otherwise writes only the keys that changed', async () => {
  await withOnlineProject(async (project) => {
    await writeWindows(
      project,
      ['u_1', 'u_2'].map((user) => ({ user, end: at('10:00:00'), events: 1 })),
    );
    await syncAt(project, at('10:01:00'));
    expect(await syncAt(project, at('10:02:00'))).toMatchObject({ published: false, keys: 0, sync: 1 });
    await writeWindows(project, [{ user: 'u_2', end: at('10:15:00'), events: 2 }]);
    expect(await syncAt(project, at('10:03:00'))).toMatchObject({
      published: true,
      keys: 1,
      rows: 2,
      sync: 2,
    });
    expect(await syncAt(project, at('10:04:00'), { snapshot: true })).toMatchObject({
      published: true,
      keys: 2,
      sync: 3,
    });
  });
});

test('the next sync removes rows online that were removed offline', async () => {
  await withOnlineProject(async (project) => {
    const ask = serving(project);
    const users = ['u_1', 'u_2'];
    await writeWindows(
      project,
      users.map((user) => ({ user, end: at('10:00:00'), events: 1 })),
    );
    await syncAt(project, at('10:01:00'));
    await removeWindows(project, 'u_1');
    expect(await syncAt(project, at('10:02:00'))).toMatchObject({ published: true, keys: 1, rows: 0 });
    expect(await ask('u_1', '10:03:00')).toMatchObject({ status: 'not_found' });
    expect(await ask('u_2', '10:03:00')).toMatchObject({ events: 1 });
  });
});

test('a sync replaces everything that another database has published', async () => {
  await withOnlineProject(async (project) => {
    await writeWindows(
      project,
      ['gone', 'u_1'].map((user) => ({ user, end: at('10:00:00'), events: 1 })),
    );
    await syncAt(project, at('10:01:00'));
  });
  await withOnlineProject(
    async (project) => {
      const ask = serving(project);
      await writeWindows(project, [{ user: 'u_1', end: at('10:00:00'), events: 9 }]);
      expect(await syncAt(project, at('10:02:00'))).toMatchObject({ published: true, keys: 1 });
      expect(await ask('u_1', '10:03:00')).toMatchObject({ events: 9 });
      expect(await ask('gone', '10:03:00')).toMatchObject({ status: 'not_found' });
    },
    { reuse: true },
  );
});

/** The feature endpoint on the real online store, with a clock that the test sets. */
function serving({ reader }: OnlineProject) {
  let now: Instant = 0n;
  const endpoints = new EndpointCatalogue(
    {
      readEndpoints: () => Promise.resolve([{ definition, modelVersion: null }]),
      loadModel: () => Promise.reject(new Error('no model here')),
    },
    { maxAgeMs: Infinity, unknownMaxAgeMs: 60_000, onError: () => {} },
  );
  const app = build({ endpoints, online: reader, clock: () => now, logger: Fastify().log });
  return async (user: string, time: string | Instant) => {
    now = typeof time === 'string' ? at(time) : time;
    const url = '/serving-endpoints/activity/invocations';
    const response = await app.inject({ method: 'POST', url, payload: { inputs: [{ user_id: user }] } });
    if (response.statusCode !== 200) return response.json<{ error_code: string }>().error_code;
    const { outputs, metadata } = response.json<FeatureOutputs>();
    return { events: outputs[0]!.event_count_1h, ...metadata[0]![0]! };
  };
}
