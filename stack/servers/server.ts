import type { PortPlan } from '../ports.ts';
import type { Software } from '../software/software.ts';
import type { Tool } from '../software/tool.ts';
import type { Account } from './account.ts';
import type { Command } from './command.ts';

export const serverNames = ['temporal', 'kafka', 'timescaledb', 'redis', 'mlflow'] as const;
export type ServerName = (typeof serverNames)[number];

/** The variables that name servers; a server that the environment names is used, and none is started. */
export const serverVariables = [
  'TEMPORAL_ADDRESS',
  'KAFKA_BROKERS',
  'DATABASE_URL',
  'REDIS_URL',
  'MLFLOW_TRACKING_URI',
] as const;
export type ServerVariable = (typeof serverVariables)[number];

/** Where a native server finds its things. */
export interface Place {
  software: string;
  /** Its own folder of data, which is also its working directory. */
  data: string;
  ports: PortPlan;
  /** Whom a server runs as that refuses to run as root. */
  account: Account;
}

/** How a native server is started; together these are its settings, and other settings mean a restart. */
export interface Launch extends Command {
  env?: Readonly<Record<string, string>>;
  /** Configuration files, written into the data folder before the start. */
  files?: Readonly<Record<string, string>>;
  stopSignal?: 'SIGINT';
}

/** What a one-time preparation runs its commands with. */
export type RunHere = (command: Command, input?: string) => Promise<void>;

export interface Server {
  name: ServerName;
  /** Name and version for a person. */
  title: string;
  variable: ServerVariable;
  /** The ports it listens on, by what for. */
  ports: (plan: PortPlan) => Record<string, number>;
  /** The value of its variable when this stack runs it. */
  url: (plan: PortPlan) => string;
  software: Software;
  /** What it still needs of the machine once it is installed. */
  runsOn: readonly Tool[];
  /** Makes its data folder fit to start: the first initialisation, or tidying up after a crash. */
  prepare?: (place: Place, run: RunHere) => Promise<void>;
  launch: (place: Place) => Launch;
  /** One bounded attempt to have a real request answered. */
  ask: (url: string) => Promise<void>;
}
