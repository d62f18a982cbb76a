import { stackEnvironment } from '../stack/index.ts';

const SERVERS = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL', 'TEMPORAL_ADDRESS'] as const;

type ServerVariable = (typeof SERVERS)[number];

/** The variables of the servers that are not the running stack's own; what is given goes before the environment. */
export function foreignServers(
  given: Readonly<Partial<Record<ServerVariable, string | undefined>>> = {},
): ServerVariable[] {
  const own = stackEnvironment({
    ...process.env,
    ...Object.fromEntries(SERVERS.map((variable) => [variable, undefined])),
  });
  return SERVERS.filter((variable) => {
    const address = given[variable] ?? process.env[variable];
    return address && address !== own[variable];
  });
}
