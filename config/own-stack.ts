import { stackEnvironment } from '../stack/index.ts';

const SERVERS = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL', 'TEMPORAL_ADDRESS'] as const;

/** The variables that name a server which is not the running stack's own. */
export function foreignServers(): string[] {
  const own = stackEnvironment({
    ...process.env,
    ...Object.fromEntries(SERVERS.map((variable) => [variable, undefined])),
  });
  return SERVERS.filter((variable) => process.env[variable] && process.env[variable] !== own[variable]);
}
