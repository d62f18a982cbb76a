/**
 * The version of Spark, which must have a Kafka connector on Maven Central. PyPI gets new releases earlier.
 */
export const sparkVersion = '4.2.0';

export const pythonPackages = {
  pyspark: sparkVersion,
  pyarrow: '25.0.1',
  pandas: '2.3.3',
  'psycopg[binary]': '3.3.9',
} as const;

/** Spark's Kafka connector. Maven adds its dependencies (kafka-clients, commons-pool2, …). */
export const connector = { groupId: 'org.apache.spark', artifactId: 'spark-sql-kafka-0-10_2.13' } as const;
