import type { PortPlan } from '../ports.ts';
import type { StackSecrets } from '../secrets.ts';
import type { Software } from '../software/software.ts';
import type { Tool } from '../software/tool.ts';
import type { Account } from './account.ts';
import type { Command } from './command.ts';

export const serverNames = ['temporal', 'kafka', 'timescaledb', 'redis', 'mlflow'] as const;
export type ServerName = (typeof serverNames)[number];

/** The variables that name servers. The stack uses a named server and does not start its own. */
export const serverVariables = [
  'TEMPORAL_ADDRESS',
  'KAFKA_BROKERS',
  'DATABASE_URL',
  'REDIS_URL',
  'MLFLOW_TRACKING_URI',
] as const;
export type ServerVariable = (typeof serverVariables)[number];

/** The folders, ports and account of a native server. */
export interface ServerLocation {
  software: string;
  /** The server's own data folder, which is also its working directory. */
  data: string;
  ports: PortPlan;
  secrets: StackSecrets;
  /** The account for a server that refuses to run as root. */
  account: Account;
}

/** How to start a native server. A change of any of these settings causes a restart. */
export interface Launch extends Command {
  env?: Readonly<Record<string, string>>;
  /** Configuration files by name. They are written into the data folder before the start. */
  files?: Readonly<Record<string, string>>;
  /** The fingerprint of what `prepare` has made of the passwords. */
  logins?: string;
  stopSignal?: 'SIGINT';
}

/** Runs a command of the preparation in the data folder. */
export type RunHere = (command: Command, input?: string) => Promise<void>;

export interface Server {
  name: ServerName;
  /** The name and version, for display. */
  title: string;
  variable: ServerVariable;
  /** The ports that it listens on, by purpose. */
  ports: (plan: PortPlan) => Record<string, number>;
  /** Where it is if this stack runs it, without a login. */
  url: (plan: PortPlan) => string;
  software: Software;
  /** The tools of the machine that it needs to run. */
  runsOn: readonly Tool[];
  /** Whether it runs as the unprivileged account where Asof runs as root. */
  refusesRoot?: true;
  /** Prepares its data folder: initialises a new one, or clears up after a crash. */
  prepare?: (place: ServerLocation, run: RunHere) => Promise<void>;
  launch: (place: ServerLocation) => Launch;
  /** Completes what can be done in a running server only. Each `up` calls it, since the last may have failed. */
  complete?: (url: string, secrets: StackSecrets) => Promise<void>;
  /** Sends one real request, with a timeout. Rejects if the server does not answer. */
  ask: (url: string) => Promise<void>;
}
