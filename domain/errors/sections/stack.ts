import type { ErrorSection } from '../error-entry.ts';

export const stackErrors = {
  ASOF_STACK_TOOL_MISSING: {
    kind: 'unavailable',
    means: 'the machine lacks what installs the servers; the message names all of it',
    do: 'install it, start Docker, or name running servers',
  },
  ASOF_STACK_INSTALL_FAILED: {
    kind: 'unavailable',
    means:
      'a command of the installation failed, or brought something else than expected; the message shows its last lines or what came',
    do: 'read the log that the message names, or follow its advice',
  },
  ASOF_STACK_DOWNLOAD_CHANGED: {
    kind: 'input',
    means:
      'a download of the installation is not what the lock in `stack/software/locks` names by its SHA-256; nothing was installed',
    do: 'find out what changes the downloads, such as a mirror; after a change of `stack/versions.ts`, [write the locks again](../how-to/run-the-servers.md#what-the-native-servers-are-made-of)',
  },
  ASOF_STACK_SERVER_FAILED: {
    kind: 'unavailable',
    means: 'a server did not start, answer or stop, or another user has files of the stack',
    do: 'read the log; run `stack down`, then `stack up`',
  },
  ASOF_STACK_PORT_TAKEN: {
    kind: 'unavailable',
    means: 'somebody else listens on a port of the stack',
    do: 'stop it, or set `ASOF_PORT_BASE`',
  },
  ASOF_STACK_PORT_BASE_INVALID: {
    kind: 'input',
    means: '`ASOF_PORT_BASE` is not a port from 1024 to 65500',
    do: 'correct or unset it',
  },
  ASOF_STACK_WITH_INVALID: {
    kind: 'input',
    means: '`ASOF_STACK_WITH` is neither `compose` nor `native`',
    do: 'correct or unset it',
  },
  ASOF_STACK_SECRETS_UNFIT: {
    kind: 'input',
    means:
      'an address needs a password of the stack, and the file of these can be read by others, belongs to another user while this one is not root, or lacks a password',
    do: 'follow the advice of the message; after the file is removed, `stack up` makes new passwords',
  },
  ASOF_STACK_NAME_INVALID: {
    kind: 'input',
    means: 'in a program: a background process was given a name that it cannot have',
    do: 'use lower-case letters, digits and dashes',
  },
} as const satisfies ErrorSection;
