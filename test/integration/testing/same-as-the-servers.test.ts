import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from 'asof/testing';
import type { Asof } from '../../../client/index.ts';
import { rowsCsv } from '../../../client/training/spine/rows-csv.ts';
import { microsExpression } from '../../../db/sql/timestamp.ts';
import { featureTypes } from '../../../domain/features/feature-types.ts';
import { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { formatInstant, fromMillis } from '../../../domain/time/instant.ts';
import { churn } from '../../../examples/churn/definitions/churn-training-set.ts';
import { simulate as simulateShop, simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';
import { type Random, randomFor } from '../../../simulator/random.ts';
import { readDeadLetters, readLate, readRaw } from '../../support/expectations/tables.ts';
import { withBatchProject } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import type { Project } from '../../support/projects/project.ts';
import { configureTopic } from '../../support/projects/topic-settings.ts';
import { withFolder } from '../../support/projects/training-set.ts';

/** `ASOF_SIMULATED_DAYS=90 ASOF_SIMULATED_USERS=1000` is the size of the demo. */
const seed = Number(process.env.ASOF_SIMULATED_SEED ?? 7);
const days = Number(process.env.ASOF_SIMULATED_DAYS ?? 6);
const users = Number(process.env.ASOF_SIMULATED_USERS ?? 60);

const PARTITIONS = 3;
const DAY = 86_400_000;
const UNTIL = Date.UTC(2026, 2, 1);
const START = UNTIL - days * DAY;
const TABLES = ['user_activity_features', 'user_profile_features', 'transaction_features'];
const shop = { seed, until: new Date(UNTIL), days, users, denseDays: 1, denseFactor: 4, late: 0.1 };
const midnights = { from: timeOf(START), to: timeOf(UNTIL) };

test(
  'a log of days gives the same rows in a simulation with crashes and on the servers',
  { timeout: 3_600_000 },
  async () => {
    await withBatchProject({ source: { topicPartitions: PARTITIONS } }, async (project) => {
      const { asof, source } = project;
      await asof.apply([...(await asof.definitions()), { ...churn.definition }]);
      const log = logOf();
      const random = randomFor(seed, 'test');
      const seconds = -performance.now() / 1_000;
      const sim = await simulated(project, log, random);
      console.log(
        `${days} days, ${log.length} records, ${sim.rows(TABLES[0]!).length} window rows in ${(seconds + performance.now() / 1_000).toFixed(1)} s`,
      );
      await onServers(project, log);
      await expectSameLog(project, sim);
      await expectSameRows(project, sim);
      for (let look = 0; look < 5; look += 1)
        await expectSameLookUps(asof, sim, timeOf(random.whole(START, UNTIL)));
      await expectSameTrainingSet(project, sim, random);
      expect(sim.counts(source).late).toBeGreaterThan(0);
    });
  },
);

interface LogLine {
  readonly key: string | null;
  readonly value: string | null;
  readonly partition: number;
  readonly arrivesAt: number;
}

/** A log in the order of arrival, whose partitions do not depend on the user. */
function logOf(): LogLine[] {
  const random = randomFor(seed, 'partitions');
  return [...simulateShop(shop)]
    .sort((a, b) => a.arrivesAt - b.arrivesAt)
    .map(({ key, value, arrivesAt }) => ({
      key: key === null ? null : String(key),
      value: value === null ? null : String(value),
      partition: random.whole(0, PARTITIONS - 1),
      arrivesAt,
    }));
}

async function simulated({ asof, source }: Project, log: readonly LogLine[], random: Random) {
  const sim = await simulate({ definitions: await asof.definitions(), start: timeOf(START), seed });
  await sim.writeTable('users', simulatedUsers(shop));
  await sim.writeTable('products', simulatedProducts(shop));
  sim.sendRecords(
    source,
    log.map(({ arrivesAt, ...record }) => ({ ...record, at: timeOf(arrivesAt) })),
  );
  const crashes = [1, 2, 3].map(() => random.whole(START, UNTIL)).sort((a, b) => a - b);
  for (const crash of crashes) {
    await sim.advanceTo(timeOf(crash));
    sim.crash();
  }
  await sim.advanceTo(timeOf(UNTIL + DAY / 24));
  // The servers compute the days when all events are there, also those that came hours late.
  for (const table of TABLES.slice(1)) sim.runBatch(table, midnights);
  return sim;
}

async function onServers(project: Project, log: readonly LogLine[]): Promise<void> {
  const { asof, source, kafka } = project;
  await configureTopic(project, { 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' });
  await asof.writeTable('users', simulatedUsers(shop));
  await asof.writeTable('products', simulatedProducts(shop));
  await produce(
    kafka,
    source,
    log.map(({ arrivesAt, ...message }) => ({ ...message, timestamp: String(arrivesAt) })),
  );
  await project.withWorkers(1, async () => {
    await asof.stream(source).readToHead({ from: 'earliest' });
    for (const table of TABLES.slice(1)) await asof.batch(table).run(midnights);
  });
}

async function expectSameLog({ pool, source }: Project, sim: Simulation): Promise<void> {
  const { raw, deadLetters } = sim.counts(source);
  expect((await readRaw(pool, source)).length).toBe(raw);
  expect((await readDeadLetters(pool, source)).length).toBe(deadLetters);
  const { rows } = await pool.query<{ place: string }>(
    `SELECT kafka_partition || '/' || kafka_offset || ' ' || reason || ' ' || detail AS place
     FROM events.dead_letters WHERE source = $1`,
    [source],
  );
  const letters = sim
    .deadLetters()
    .map(({ partition, offset, reason, detail }) => `${partition}/${offset} ${reason} ${detail}`);
  expect(letters.sort()).toEqual(rows.map(({ place }) => place).sort());
  const late = sim
    .late()
    .map(
      ({ partition, offset, index, firstMissed, lastMissed }) =>
        `${partition}/${offset}/${index} ${microsOf(firstMissed)},${microsOf(lastMissed)}`,
    );
  expect(late.sort()).toEqual((await readLate(pool)).sort());
}

async function expectSameRows({ asof, pool }: Project, sim: Simulation): Promise<void> {
  const definitions = new DefinitionSet(await asof.definitions());
  for (const name of TABLES) {
    const table = definitions.featureTable(name);
    const types = featureTypes(table, definitions.sourceOf(table));
    const columns = ['user_id', ...table.features.map((feature) => feature.name)];
    const { rows } = await pool.query<Record<string, unknown>>(
      `SELECT ${columns.join()}, ${microsExpression('feature_ts')} AS feature_ts FROM features.${name}`,
    );
    const stored = rows.map((row) => ({
      ...row,
      ...Object.fromEntries(
        [...types].flatMap(([feature, type]) =>
          type === 'bigint' && row[feature] !== null ? [[feature, Number(row[feature])]] : [],
        ),
      ),
      feature_ts: formatInstant(BigInt(row.feature_ts as string)),
    }));
    expect(textsOf(sim.rows(name)), name).toEqual(textsOf(stored));
    expect(rows.length, name).toBeGreaterThan(0);
  }
}

async function expectSameLookUps(asof: Asof, sim: Simulation, at: string): Promise<void> {
  for (const name of TABLES) {
    const stored = await asof.table(name).latestRows({ asOf: at, limit: 1_000_000 });
    const found = sim.at(at).rows(name);
    expect(
      textsOf(found.map(({ user_id, feature_ts }) => ({ user_id, at: Date.parse(String(feature_ts)) }))),
    ).toEqual(textsOf(stored.map(({ user_id, feature_ts }) => ({ user_id, at: Number(feature_ts) }))));
  }
}

async function expectSameTrainingSet({ asof, ...project }: Project, sim: Simulation, random: Random) {
  const spine = Array.from({ length: 500 }, () => ({
    user_id: `u_${random.whole(1, users + 2)}`,
    event_timestamp: timeOf(random.whole(START, UNTIL)),
    churn_label: random.whole(0, 1),
    experiment_split: 'train',
  }));
  await withFolder(async (folder) => {
    const files = { spine: join(folder, 'spine.csv'), out: join(folder, 'out.parquet') };
    await writeFile(files.spine, rowsCsv(spine));
    await project.withWorkers(1, async () => {
      const { sha256, lookups } = await asof.trainingSet('churn').build(files);
      const set = await sim.trainingSet('churn', spine);
      expect(set.sha256).toBe(sha256);
      expect(set.lookups).toEqual(lookups);
      expect(set.lookups.every(({ found }) => found > 0)).toBe(true);
    });
  });
}

function textsOf(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

function timeOf(millis: number): string {
  return formatInstant(fromMillis(millis));
}

function microsOf(time: string): number {
  return Date.parse(time) * 1_000;
}
