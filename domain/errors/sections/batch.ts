import type { ErrorSection } from '../error-entry.ts';

export const batchErrors = {
  ASOF_BATCH_FAILED: {
    kind: 'input',
    means: '`batch run`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again: it resumes where it stopped',
  },
  ASOF_NUMBER_UNFIT: {
    kind: 'input',
    means:
      'a feature is infinite, NaN, or a whole number beyond ±9007199254740991, which JSON and models would round; the message names table, feature and row, and nothing was written',
    do: "correct the table's `sql`; for rows that an earlier version stored, run `npx asof batch run TABLE … --again`",
  },
  ASOF_QUERY_ROLE_MISSING: {
    kind: 'input',
    means:
      'there is no role for batch queries to log in as: no `apply` has made it yet, or the user of `DATABASE_URL` may not',
    do: 'run `npx asof apply`; if it says so, run the statements of its message as an administrator',
  },
  ASOF_QUERY_ROLE_UNFIT: {
    kind: 'input',
    means:
      'the role of batch queries may do more than read what batch tables declare, or is not the one that `apply` looked at; the message lists what, and nothing was applied or computed',
    do: 'run the statements of the message ([batch queries](rights.md#batch-queries))',
  },
  ASOF_FIELDS_NOT_FILLED: {
    kind: 'unavailable',
    means: 'a batch table reads a field that stored events are still getting from Kafka; the run tries again',
    do: 'wait for the workflow `fields-<source>`, which the stream starts ([how far it is](../how-to/change/add-a-field.md))',
  },
  ASOF_QUERY_LOGIN_REFUSED: {
    kind: 'unavailable',
    means: 'Postgres does not let the role of batch queries log in; runs try again',
    do: 'correct `pg_hba.conf`, the users of a pooler, or `ASOF_QUERY_DATABASE_URL`',
  },
  ASOF_QUERY_SETTINGS_INVALID: {
    kind: 'input',
    means: '`ASOF_QUERY_TIMEOUT` is not a duration of at most 5 hours',
    do: 'correct it, such as `30 minutes`',
  },
  ASOF_ROWS_INVALID: {
    kind: 'input',
    means:
      "`write-table`: the file is not of its format, rows do not fit the table's columns, or two with the same key and moment differ; the message lists the first ten by line, and none was written",
    do: 'correct the file',
  },
} as const satisfies ErrorSection;
