/** What Spark's side of the benchmark is made of. PyPI is ahead of Maven: a release needs its Kafka connector. */
export const sparkVersion = '4.2.0';

export const pythonPackages = {
  pyspark: sparkVersion,
  pyarrow: '25.0.1',
  pandas: '2.3.3',
  'psycopg[binary]': '3.3.9',
} as const;

/** The connector of Structured Streaming; Maven brings what it needs (kafka-clients, commons-pool2, …). */
export const connector = { groupId: 'org.apache.spark', artifactId: 'spark-sql-kafka-0-10_2.13' } as const;
