import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import { EXAMPLE, MINUTE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { readEvents } from '../../support/projects/batch-project.ts';
import { type ChurnProject, withChurnProject } from '../../support/projects/churn-project.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { at } from '../../support/projects/online.ts';
import { withFolder } from '../../support/projects/training-set.ts';
import { type ServedAt, serveAt } from '../../support/servers/serving.ts';
import { BATCH_TABLES, SHOPPER, openShop, visit, writeSpine } from './shop.ts';

const ACTIVITY = 'user_activity_features';
const DAY = 24n * 60n * MINUTE;

test('an event in Kafka changes the prediction when its window closes, and not before', async () => {
  await withChurnProject(async (project) => {
    await learn(project);
    for (const table of [ACTIVITY, ...BATCH_TABLES]) await publish(project, table, at('12:05:00'));
    const served = serveAt(project);
    const idle = await served.prediction(SHOPPER, at('12:10:00'));
    expect(idle).toBeGreaterThan(0.9);

    await arrive(project, '12:20:00', at('12:21:00'));
    expect(await storedWindows(project)).toEqual(['12:30', '12:45', '13:00', '13:15']);
    for (let moment = at('12:21:00'); moment < at('12:30:00'); moment += MINUTE)
      await expectUnchanged(served, moment, idle);
    await expectUnchanged(served, at('12:30:00') - 1n, idle);

    // Nothing was published since then: the online store already held the open window.
    const active = await served.prediction(SHOPPER, at('12:30:00'));
    expect(active).toBeLessThan(0.1);
    await expectOracle(project, served, [at('12:30:00'), at('12:34:00')]);

    await arrive(project, '12:34:56.789', at('12:40:00'));
    const moments = [
      ...[at('12:40:00'), at('12:45:00') - 1n, at('12:45:00'), at('13:00:00'), at('13:15:00')],
      ...[at('13:30:00'), at('18:00:00'), at('13:30:00') + DAY - 1n],
    ];
    const counts = await expectOracle(project, served, moments);
    expect(counts).toEqual([1, 1, 2, 2, 2, 1, 1, 1]);

    await expectUnchanged(served, at('13:30:00') + DAY, idle);
    await served.close();
  });
});

/**
 * Reads the shop's history from Kafka and trains a model that ranks the users of the test split perfectly.
 */
async function learn(project: ChurnProject): Promise<void> {
  await openShop(project);
  await withFolder(async (folder) => {
    const spine = await writeSpine(folder);
    const { metrics } = await project.asof
      .model(project.model)
      .train({ spine, out: join(folder, 'churn.parquet') });
    expect(metrics.test_auc).toBe(1);
  });
}

/** Sends an event of the shopper, has the stream read it, and publishes the new rows. */
async function arrive(project: ChurnProject, time: string, publishedAt: Instant): Promise<void> {
  await produce(project.kafka, project.source, [visit(SHOPPER, formatInstant(at(time)))]);
  await readEvents(project);
  await publish(project, ACTIVITY, publishedAt);
}

async function publish(project: ChurnProject, table: string, moment: Instant): Promise<void> {
  const asOf = formatInstant(moment);
  const { last } = await project.asof.online(table).refresh({ asOf });
  expect(last).toMatchObject({ published: true, publishedAt: asOf });
}

/** The ends of the shopper's stored windows of that afternoon, closed and open. */
async function storedWindows({ pool }: ChurnProject): Promise<string[]> {
  const { rows } = await pool.query<{ feature_ts: Date }>(
    `SELECT feature_ts FROM features.${ACTIVITY} WHERE user_id = $1 AND feature_ts > $2 ORDER BY feature_ts`,
    [SHOPPER, formatInstant(at('12:00:00'))],
  );
  return rows.map(({ feature_ts }) => feature_ts.toISOString().slice(11, 16));
}

/** Expects the features and the prediction of a shopper without events in the last day. */
async function expectUnchanged(served: ServedAt, moment: Instant, idle: number): Promise<void> {
  const { outputs, metadata } = await served.features(SHOPPER, moment);
  expect(outputs[0], formatInstant(moment)).toMatchObject({
    user_id: SHOPPER,
    event_count_1h: null,
    last_platform: null,
    purchase_count_30d: 1,
    lifetime_revenue: 20,
  });
  expect(metadata[0]).toContainEqual(expect.objectContaining({ table: ACTIVITY, status: 'not_found' }));
  expect(await served.prediction(SHOPPER, moment)).toBe(idle);
}

/**
 * Expects to be served, at each moment, the features of the last closed window that the oracle computes from
 * the log. Resolves to the event counts of these windows.
 */
async function expectOracle(
  { kafka, source }: ChurnProject,
  served: ServedAt,
  moments: readonly Instant[],
): Promise<number[]> {
  const windows = [...oracle(await readLog(kafka, source), EXAMPLE).windows.values()].filter(
    ({ user_id }) => user_id === SHOPPER,
  );
  const counts: number[] = [];
  for (const moment of moments) {
    const closed = windows
      .filter(({ window_end }) => window_end <= moment)
      .sort((a, b) => Number(a.window_end - b.window_end));
    const { window_start: _start, window_end, feature_ts: _ts, ...features } = closed.at(-1)!;
    const { outputs, metadata } = await served.features(SHOPPER, moment);
    expect(outputs[0], formatInstant(moment)).toMatchObject(features);
    expect(metadata[0]![0]).toMatchObject({ table: ACTIVITY, feature_ts: formatInstant(window_end) });
    expect(await served.prediction(SHOPPER, moment)).toBeLessThan(0.1);
    counts.push(features.event_count_1h);
  }
  return counts;
}
