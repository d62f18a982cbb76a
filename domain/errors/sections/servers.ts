import type { ErrorSection } from '../error-entry.ts';

export const serverErrors = {
  ASOF_SERVER_UNKNOWN: {
    kind: 'input',
    means: 'a variable is not set, and no stack runs',
    do: 'run `npx asof stack up`, or set the variable',
  },
  ASOF_DATABASE_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'the offline store cannot be reached, or a connection to it was lost in the middle of the work',
    do: 'run `npx asof stack status`; check `DATABASE_URL`; workflows try again by themselves',
  },
  ASOF_DATABASE_LOCKED: {
    kind: 'conflict',
    means:
      'a lock that another transaction holds did not come free within a minute, or whoever holds it does not get on; nothing was written',
    do: 'nothing: Temporal retries; if it goes on, ask `pg_blocking_pids` who holds it',
  },
  ASOF_DATABASE_POOLER_UNFIT: {
    kind: 'input',
    means:
      '`DATABASE_URL` or `ASOF_QUERY_DATABASE_URL` leads to a pooler in transaction or statement mode, in which no session keeps its settings',
    do: 'name a pool in session mode, or Postgres itself',
  },
  ASOF_DATABASE_FAILED: {
    kind: 'unavailable',
    means: 'the offline store failed a statement; workflows try again',
    do: 'do what the message says',
  },
  ASOF_TOO_FEW_LOCKS: {
    kind: 'unavailable',
    means:
      'a relation has more chunks than the offline store can lock at once, so the migration cannot alter it; what runs goes on',
    do: 'set `max_locks_per_transaction` to what the message says, restart Postgres, and run `npx asof apply` again',
  },
  ASOF_KAFKA_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'Kafka cannot be reached; a stream retries until it can',
    do: 'run `npx asof stack status`; check `KAFKA_BROKERS`',
  },
  ASOF_KAFKA_REFUSED: {
    kind: 'input',
    means: 'a broker refused the user, a right or a request, or presents a certificate that is not trusted',
    do: 'see [Connect to your Kafka](../how-to/connect-to-your-kafka.md)',
  },
  ASOF_KAFKA_TOKEN_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'the command or the file of `KAFKA_OAUTH_TOKEN_…` gives no token; a stream retries until it does',
    do: 'run the command, or look at the file, as the user of the worker',
  },
  ASOF_KAFKA_SETTINGS_INVALID: {
    kind: 'input',
    means:
      '`KAFKA_SSL…`, `KAFKA_SASL_MECHANISM`, `KAFKA_USERNAME`, `KAFKA_PASSWORD` and `KAFKA_OAUTH_…` do not fit together; the message names each problem',
    do: 'correct them',
  },
  ASOF_SCHEMA_REGISTRY_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'the schema registry cannot be reached, or fails; a stream retries until it answers',
    do: 'check `SCHEMA_REGISTRY_URL` and the registry',
  },
  ASOF_SCHEMA_REGISTRY_REFUSED: {
    kind: 'input',
    means: 'the schema registry refuses the login, or what answers at its address is no schema registry',
    do: 'see [Read your topic](../how-to/read-your-topic.md#avro)',
  },
  ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID: {
    kind: 'input',
    means:
      '`SCHEMA_REGISTRY_URL` is no URL, or is not set where a topic in Avro is read, or `SCHEMA_REGISTRY_USERNAME` and `SCHEMA_REGISTRY_PASSWORD` do not fit together; the message says which, and no secret',
    do: 'correct them',
  },
  ASOF_REDIS_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'the online store cannot be reached, or refuses a command',
    do: 'run `npx asof stack status`; check `REDIS_URL`',
  },
  ASOF_SERVING_LIMIT_INVALID: {
    kind: 'input',
    means: 'a setting of `serve` that limits requests is not a whole number above 0',
    do: 'correct or unset the variable that the message names',
  },
  ASOF_REDIS_EVICTS: {
    kind: 'unavailable',
    means:
      'the online store may remove rows when its memory is full (`maxmemory-policy allkeys-…`), which look-ups could not tell from keys without a row: nothing is published, and `serve` does not start',
    do: 'set `maxmemory-policy noeviction`',
  },
  ASOF_MLFLOW_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'MLflow cannot be reached, or answers with a server error',
    do: 'run `npx asof stack status`; check `MLFLOW_TRACKING_URI`',
  },
  ASOF_MLFLOW_REFUSED: {
    kind: 'input',
    means: 'MLflow refused a request',
    do: 'fix the cause; for status 401 or 403, [the login](../how-to/run-the-servers.md#mlflow-with-a-login)',
  },
  ASOF_MLFLOW_SETTINGS_INVALID: {
    kind: 'input',
    means:
      '`MLFLOW_TRACKING_URI` is no URL, or `MLFLOW_TRACKING_USERNAME`, `MLFLOW_TRACKING_PASSWORD` and `MLFLOW_TRACKING_TOKEN` do not fit together; the message says which, and no secret',
    do: 'correct them; set one login',
  },
  ASOF_MLFLOW_ANSWER_INVALID: {
    kind: 'input',
    means: 'MLflow answered otherwise than its API says',
    do: 'check that `MLFLOW_TRACKING_URI` is an MLflow server',
  },
  ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED: {
    kind: 'input',
    means:
      'MLflow keeps artifacts where only its own clients reach them, or gives back other bytes than it was given',
    do: 'start MLflow with `--serve-artifacts` and `--default-artifact-root mlflow-artifacts:/`',
  },
  ASOF_MLFLOW_VERSION_UNSUPPORTED: {
    kind: 'input',
    means: 'MLflow is too old, or the server does not say its version; nothing was trained',
    do: 'use MLflow 3.0 or later; check that `MLFLOW_TRACKING_URI` is an MLflow server',
  },
  ASOF_MLFLOW_FORBIDDEN: {
    kind: 'input',
    means:
      'the login of MLflow may not do what logging a model needs; the message says what, and nothing was trained',
    do: '[give the login its rights](../how-to/run-the-servers.md#mlflow-with-a-login), or set another',
  },
  ASOF_TEMPORAL_UNAVAILABLE: {
    kind: 'unavailable',
    means: 'Temporal cannot be reached',
    do: 'run `npx asof stack status`; check `TEMPORAL_ADDRESS`',
  },
  ASOF_DISK_FULL: {
    kind: 'unavailable',
    means: 'a disk of the offline store or of a worker is full; the step is tried again',
    do: 'make room',
  },
  ASOF_TEMPORAL_REFUSED: {
    kind: 'input',
    means: 'Temporal refused a request; the message has its reason',
    do: 'fix the cause: a right, the name of the namespace (`TEMPORAL_NAMESPACE`)',
  },
  ASOF_TEMPORAL_CLI_MISSING: {
    kind: 'input',
    means: '`asof temporal`: there is neither a native stack nor `temporal` on the `PATH`',
    do: 'install the Temporal CLI, or run `npx asof stack up`',
  },
} as const satisfies ErrorSection;
