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
  ASOF_ROWS_INVALID: {
    kind: 'input',
    means:
      "`write-table`: rows are not JSON, do not fit the table's fields, or two have the same key and `valid_from`; the message lists the first ten by line, and none was written",
    do: 'correct the file',
  },
} as const satisfies ErrorSection;
