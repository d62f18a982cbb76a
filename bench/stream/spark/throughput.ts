import { type Pool, connect } from '../../../db/sql/client.ts';
import { ident } from '../../../db/sql/identifier.ts';
import { cpuSharesSince, cpuTimes } from '../../measure/cpu.ts';
import { MemoryWatch } from '../../measure/memory.ts';
import type { ThroughputRun } from '../asof/throughput.ts';
import type { FilledTopic } from '../topic.ts';
import type { Spark } from './spark.ts';

/** Measures from the start of the query until all records up to the head are merged into Postgres. */
export async function sparkThroughput(spark: Spark, { topic, events }: FilledTopic): Promise<ThroughputRun> {
  return withFeatureTable(spark, 'windows', async (pool, table) => {
    const memory = new MemoryWatch([spark.pid]);
    const before = cpuTimes();
    const startedAt = performance.now();
    await spark.ask({ do: 'catch_up', topic, table });
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = cpuSharesSince(before);
    const memoryMiB = memory.stop();
    const { rows } = await pool.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${table}`);
    return { seconds, eventsPerSecond: events / seconds, windowRows: rows[0]!.rows, memoryMiB, cpu };
  });
}

/** Runs `work` on a new table with the columns, key and chunks of Asof's table, and drops it afterwards. */
export async function withFeatureTable<Result>(
  { database }: Spark,
  name: string,
  work: (pool: Pool, table: string) => Promise<Result>,
): Promise<Result> {
  const table = ident(name).sql;
  const pool = await connect(database);
  try {
    await pool.query(`
      CREATE EXTENSION IF NOT EXISTS timescaledb;
      CREATE TABLE ${table} (
        user_id text, feature_ts timestamptz, window_start timestamptz NOT NULL, window_end timestamptz NOT NULL,
        event_count_1h bigint, revenue_1h float8, session_count_1h bigint, unique_products_1h bigint,
        purchase_count_1h bigint, last_platform text, conversion_rate_1h float8, avg_revenue_per_purchase_1h float8,
        PRIMARY KEY (user_id, feature_ts));
      SELECT create_hypertable('${name}', by_range('feature_ts', INTERVAL '7 days'), create_default_indexes => false);`);
    return await work(pool, table);
  } finally {
    await pool.query(`DROP TABLE IF EXISTS ${table}`);
    await pool.end();
  }
}
