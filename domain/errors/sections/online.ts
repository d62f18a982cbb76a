import type { ErrorSection } from '../error-entry.ts';

export const onlineErrors = {
  ASOF_ONLINE_SYNC_RUNNING: {
    kind: 'conflict',
    means: 'another workflow syncs this online table',
    do: 'nothing: Temporal retries; one workflow for a table is enough',
  },
  ASOF_ONLINE_SYNC_SUPERSEDED: {
    kind: 'conflict',
    means: 'another attempt took over; this one published nothing',
    do: 'nothing: Temporal retries',
  },
  ASOF_REFRESH_FAILED: {
    kind: 'input',
    means: '`online refresh`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_REFRESH_PAUSED: {
    kind: 'input',
    means: "`online refresh`: the table's continuous workflow is paused",
    do: 'send the signal `resume`',
  },
  ASOF_REFRESH_CONTINUOUS: {
    kind: 'input',
    means:
      "`online refresh --snapshot`, or a refresh as of another moment: the table's workflow is continuous, and would go on beside it; nothing was published",
    do: 'send that workflow the signal `drain`, then run it again',
  },
} as const satisfies ErrorSection;
