import type { ErrorSection } from '../error-entry.ts';

export const deploymentErrors = {
  ASOF_DATABASE_TAKEN: {
    kind: 'input',
    means: 'the database has schemas with names that Asof would give its own; nothing was touched',
    do: 'give Asof a database of its own ([Share servers](../how-to/share-servers.md))',
  },
  ASOF_NAMESPACE_INVALID: {
    kind: 'input',
    means: '`ASOF_NAMESPACE` is no name that Kafka, Redis, Temporal and MLflow all take',
    do: 'choose a small letter, then at most 29 small letters, digits, `-` or `_`',
  },
  ASOF_NAMESPACE_DIFFERS: {
    kind: 'input',
    means: 'the database was applied in another namespace; what it made has other names',
    do: 'set `ASOF_NAMESPACE` to that of the database, or name another database',
  },
  ASOF_NAMESPACE_TAKEN: {
    kind: 'input',
    means:
      'a worker of another database runs in the same namespace, on the same Redis; `apply` changes nothing, and a worker of this one ends',
    do: 'set `ASOF_NAMESPACE` to a name of its own ([Share servers](../how-to/share-servers.md)), or stop that worker',
  },
  ASOF_RESET_REFUSED: {
    kind: 'input',
    means: '`reset` or `demo` was run on servers that the stack did not start',
    do: 'add `--force`, if what Asof keeps there may go',
  },
  ASOF_RESET_BLOCKED: {
    kind: 'input',
    means:
      'relations that are not Asof’s, such as views, read tables that `reset` would drop; nothing was deleted',
    do: 'drop those relations first',
  },
  ASOF_RESET_UNFINISHED: {
    kind: 'input',
    means: 'a `reset` was interrupted, so part of the deployment is deleted',
    do: 'run `npx asof reset --yes` again; `npx asof apply` finishes it too',
  },
} as const satisfies ErrorSection;
