import { pino } from 'pino';
import { expect, test } from 'vitest';
import { eventSource, required } from 'asof';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { createTopics } from '../../../adapters/kafka/create-topics.ts';
import { deleteTopics, listTopics } from '../../../adapters/kafka/topics.ts';
import { dropChunks } from '../../../db/sql/chunks.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { ident } from '../../../db/sql/identifier.ts';
import {
  ORDERS,
  type TestDeployment,
  VISITS,
  cafe,
  withDeployment,
} from '../../support/projects/deployment.ts';
import { asSuperuser } from '../../support/servers/superuser.ts';

const WEEKS = 250;

test('reset deletes what apply made, and leaves topics, tables and schemas that others made', async () => {
  await withDeployment(async (deployment) => {
    const { asof, pool, settings, namespace } = deployment;
    const kafka = createKafka(settings.kafka, pino({ level: 'silent' }));
    const foreign = `${namespace}-theirs`;
    await createTopics(kafka, [{ name: foreign, partitions: 1 }]);
    try {
      const fields = { id: required('string'), at: required('timestamp') };
      const read = { topic: foreign, entity: 'id', eventTime: 'at', fields } as const;
      // Two sources on one topic, which Asof did not make.
      const sources = ['theirs-one', 'theirs-two'].map((name) => eventSource({ name, ...read }));
      await asof.apply([...cafe(), ...sources]);
      await pool.query('CREATE TABLE features.mine (x int)');
      await pool.query('CREATE SCHEMA mine; CREATE VIEW mine.early AS SELECT 1 AS one');

      const seen: string[] = [];
      const { topics, stays } = await asof.reset({
        force: true,
        confirm({ relations }) {
          seen.push(...relations);
          return true;
        },
      });
      expect(seen).toContain(`features.${VISITS}`);
      expect(seen).not.toContain('features.mine');
      expect(topics).toEqual([`${namespace}.${ORDERS}`]);
      expect(stays).toEqual([
        { what: `Kafka topic ${foreign}`, why: 'Asof did not make it' },
        { what: 'features.mine', why: 'Asof did not make it' },
      ]);
      expect(await listTopics(kafka)).toContain(foreign);
      expect(await relations(pool)).toEqual(['features.mine', 'mine.early']);
    } finally {
      await deleteTopics(kafka, [foreign]);
    }
  });
});

test("reset deletes nothing while somebody's view reads a table of Asof", async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply(cafe());
    const before = await relations(pool);
    await pool.query(`CREATE VIEW public.dashboard AS SELECT * FROM features.${VISITS}`);
    await expect(asof.reset({ force: true })).rejects.toMatchObject({
      code: 'ASOF_RESET_BLOCKED',
      details: { relations: ['public.dashboard'] },
    });
    await pool.query('DROP VIEW public.dashboard');
    expect(await relations(pool)).toEqual(before);
    expect(await asof.apply(cafe())).toEqual({ applied: [] });
  });
});

test('reset leaves an extension that an older version of Asof created in the schema asof', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await pool.query('CREATE SCHEMA asof; CREATE EXTENSION timescaledb SCHEMA asof');
    await asof.apply(cafe());
    await pool.query('CREATE TABLE public.mine (at timestamptz NOT NULL)');
    await pool.query("SELECT asof.create_hypertable('public.mine', 'at')");
    await asof.reset({ force: true });
    expect(await relations(pool)).toEqual(['public.mine']);
    await asof.apply(cafe());
    expect(await relations(pool)).toContain(`features.${VISITS}`);
  });
});

test.each([`events.cafe_orders`, `features.${VISITS}`, 'events.late_events'])(
  'a reset that fails at %s is finished by the next apply, which begins anew',
  async (relation) => {
    await withDeployment(async (deployment) => {
      const { asof, pool, settings } = deployment;
      await asof.apply(cafe());
      const before = await relations(pool);
      await failAtDropOf(settings.databaseUrl, relation);
      await expect(asof.reset({ force: true })).rejects.toThrow(/not now/);
      await expect(asof.plan(cafe())).rejects.toMatchObject({ code: 'ASOF_RESET_UNFINISHED' });
      await asSuperuser(settings.databaseUrl, 'DROP EVENT TRIGGER not_now; DROP FUNCTION public.not_now');

      const { applied } = await asof.apply(cafe());
      expect(applied.length).toBeGreaterThan(4);
      expect(await relations(pool)).toEqual(before);
    });
  },
);

test('a hypertable of hundreds of chunks is dropped in transactions that each fit into the lock table', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply(cafe());
    await fillWeeks(pool);
    const left: number[] = [];
    const counting = new Proxy(pool, {
      get(target, property) {
        if (property !== 'query') return Reflect.get(target, property) as unknown;
        return async (statement: { text: string }) => {
          const result = await target.query(statement);
          if (statement.text.includes('drop_chunks')) left.push(await chunks(pool));
          return result;
        };
      },
    });
    await dropChunks(counting, ident('events', 'cafe_orders'));
    expect(left).toEqual([150, 50, 0]);
    await asof.reset({ force: true });
    expect(await relations(pool)).toEqual([]);
  });
});

/** Makes Postgres refuse to drop a relation. */
async function failAtDropOf(databaseUrl: string, relation: string): Promise<void> {
  await asSuperuser(
    databaseUrl,
    `
    CREATE FUNCTION public.not_now() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity = '${relation}') THEN
        RAISE EXCEPTION 'not now';
      END IF;
    END $$;
    CREATE EVENT TRIGGER not_now ON sql_drop EXECUTE FUNCTION public.not_now()`,
  );
}

async function fillWeeks(pool: TestDeployment['pool']): Promise<void> {
  await pool.query(`
    INSERT INTO events.cafe_orders (guest, at, kafka_partition, kafka_offset, kafka_ts, write_id)
    SELECT 'ada', '1986-01-01'::timestamptz + week * interval '7 days', 0, week, now(), 1
    FROM generate_series(1, ${WEEKS}) AS week`);
  expect(await chunks(pool)).toBe(WEEKS);
}

async function chunks(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ chunks: number }>(
    "SELECT count(*)::int AS chunks FROM timescaledb_information.chunks WHERE hypertable_name = 'cafe_orders'",
  );
  return rows[0]!.chunks;
}

async function relations(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname !~ '^(pg_|information|_timescale|timescale)' AND relkind IN ('r', 'v') ORDER BY 1`);
  return rows.map(({ name }) => name);
}
