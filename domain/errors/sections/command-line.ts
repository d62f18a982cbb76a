import type { ErrorSection } from '../error-entry.ts';

export const commandLineErrors = {
  ASOF_NOT_CONFIRMED: {
    kind: 'input',
    means:
      '`reset` was run without `--yes`, `apply` has changes to make and there is neither `--yes` nor a terminal to ask at, or the answer was not yes',
    do: 'look at the list that was printed; add `--yes`, or leave it',
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
  ASOF_WORKFLOWS_UNREADABLE: {
    kind: 'input',
    means: 'a worker cannot load the code of the workflows: files of the installation are missing or changed',
    do: 'install Asof again',
  },
  ASOF_FOLDER_NOT_EMPTY: {
    kind: 'input',
    means: '`init`: the folder of the new project has files',
    do: 'name another',
  },
  ASOF_PORT_TAKEN: {
    kind: 'input',
    means: '`serve`: another process listens on the port',
    do: 'end it, or name another port with `ASOF_SERVING_URL`',
  },
  ASOF_SYSTEM_REFUSED: {
    kind: 'input',
    means: 'the operating system refused something: no right, no such file, a full disk',
    do: 'the message names what and where',
  },
  ASOF_UNEXPECTED: {
    kind: 'input',
    means: 'Asof did not expect this error: it has a fault',
    do: 'run the command again with `--verbose`, and report what it prints',
  },
} as const satisfies ErrorSection;
