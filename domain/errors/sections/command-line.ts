import type { ErrorSection } from '../error-entry.ts';

export const commandLineErrors = {
  ASOF_NOT_CONFIRMED: {
    kind: 'input',
    means: '`reset` was run without `--yes`, or whoever `apply` asked did not say yes',
    do: 'confirm, or leave it',
  },
  ASOF_RESET_REFUSED: {
    kind: 'input',
    means: '`reset` or `demo` was run on servers that the stack did not start',
    do: 'add `--force`, if what Asof keeps there may go',
  },
  ASOF_CLIENT_CLOSED: {
    kind: 'input',
    means: 'a program called a client that it had closed',
    do: 'close the client after its last call, or `connect()` again',
  },
  ASOF_FILE_UNREADABLE: {
    kind: 'input',
    means: 'a file of events, rows or labels cannot be read',
    do: "check the path; a workflow's path is one of the worker's machine",
  },
  ASOF_EVENT_TOO_LARGE: {
    kind: 'input',
    means: '`import`: a record is larger than the topic accepts',
    do: "raise the topic's `max.message.bytes`, or leave the record out",
  },
  ASOF_SIMULATION_INVALID: {
    kind: 'input',
    means: 'an option of the simulator is out of its range',
    do: 'correct it',
  },
  ASOF_SERVING_UNAVAILABLE: {
    kind: 'unavailable',
    means: '`demo`: the server that it started does not answer',
    do: 'read the log that the message names',
  },
} as const satisfies ErrorSection;
