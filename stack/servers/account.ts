import { chownSync } from 'node:fs';
import { userInfo } from 'node:os';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { PASS_THROUGH } from '../private-files.ts';
import { capture } from '../processes/run.ts';
import type { Command } from './command.ts';

/** The account for a server that refuses to run as root. */
export interface Account {
  /** The command that runs `command` as this account. */
  wrap: (command: Command) => Command;
  /** What it may do with the folders above its data. Omitted: it enters them as their owner. */
  passage?: number;
  /** Gives the account a file to read. */
  give: (path: string) => void;
  /**
   * Gives the account a folder to write to.
   *
   * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if the account cannot run the program.
   */
  takeOver: (folder: string, program: string) => Promise<void>;
}

/** Account 1, because every system has it and `initdb` requires an account with a name. */
const inUserNamespace = { command: 'unshare', args: ['--user', '--map-user=1', '--map-group=1'] };
const nobody = 65_534;
const asNobody = { command: 'setpriv', args: [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] };

/**
 * An account for Postgres, which refuses to run as root. In a user namespace root appears as another account
 * and still owns its files. If the system allows no user namespace, the account is `nobody`.
 */
export async function unprivilegedAccount(): Promise<Account> {
  const owns = { give: () => {}, takeOver: () => Promise.resolve() };
  if (!isRoot() && hasName()) return { wrap: (command) => command, ...owns };
  if (!isRoot() || (await works(through(inUserNamespace, { command: 'true', args: [] })))) {
    return { wrap: (command) => through(inUserNamespace, command), ...owns };
  }
  return asAccountNobody;
}

const asAccountNobody: Account = {
  wrap: (command) => through(asNobody, command),
  passage: PASS_THROUGH,
  give: (path) => chownSync(path, nobody, nobody),
  takeOver: handToNobody,
};

async function handToNobody(folder: string, program: string): Promise<void> {
  chownSync(folder, nobody, nobody);
  if (await works(through(asNobody, { command: program, args: ['--version'] }))) return;
  throw new AsofError(
    'ASOF_STACK_SERVER_FAILED',
    'Postgres refuses to run as root, this system allows root no user namespace, and the account `nobody` ' +
      `cannot reach ${program}. Run Asof as an ordinary user, or set ASOF_CACHE to a folder that everybody ` +
      'can enter, such as /var/cache/asof.',
  );
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

function hasName(): boolean {
  try {
    return Boolean(userInfo().username);
  } catch {
    return false;
  }
}

function through(wrapper: Command, { command, args }: Command): Command {
  return { command: wrapper.command, args: [...wrapper.args, command, ...args] };
}

function works({ command, args }: Command): Promise<boolean> {
  return capture(command, args).then(
    () => true,
    () => false,
  );
}
