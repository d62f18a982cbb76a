import type { ErrorSection } from '../error-entry.ts';

export const batchErrors = {
  ASOF_BATCH_FAILED: {
    kind: 'input',
    means: '`batch run`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again: it resumes where it stopped',
  },
  ASOF_ROWS_INVALID: {
    kind: 'input',
    means:
      "`write-table`: rows are not JSON, do not fit the table's fields, or two have the same key and `valid_from`; the message lists the first ten by line, and none was written",
    do: 'correct the file',
  },
} as const satisfies ErrorSection;
