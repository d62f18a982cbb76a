import { stackEnvironment, withoutLogin } from '../stack/index.ts';

const SERVERS = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL', 'TEMPORAL_ADDRESS'] as const;

type ServerVariable = (typeof SERVERS)[number];

/**
 * Returns the variables whose servers do not belong to the running stack, with whatever login. `given` overrides
 * the environment.
 */
export function foreignServers(
  given: Readonly<Partial<Record<ServerVariable, string | undefined>>> = {},
): ServerVariable[] {
  const own = stackEnvironment({
    ...process.env,
    ...Object.fromEntries(SERVERS.map((variable) => [variable, undefined])),
  });
  return SERVERS.filter((variable) => {
    const address = given[variable] ?? process.env[variable];
    return address && withoutLogin(address) !== withoutLogin(own[variable] ?? '');
  });
}
