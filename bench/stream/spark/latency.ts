import { type Latency, type Trickle, measureLatency } from '../latency.ts';
import { withTopic } from '../topic.ts';
import type { Spark } from './spark.ts';
import { withFeatureTable } from './throughput.ts';

/** Measures the latency of a running query with trigger 0. */
export async function sparkLatency(spark: Spark, topic: string, trickle: Trickle): Promise<Latency> {
  return withTopic(topic, () =>
    withFeatureTable(spark, 'trickle', async (pool, table) => {
      await spark.ask({ do: 'follow', topic, table });
      const latency = await measureLatency(topic, { pool, table }, trickle);
      await spark.ask({ do: 'stop' });
      return latency;
    }),
  );
}
