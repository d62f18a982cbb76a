import { foreignServers } from '../../config/foreign-servers.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Connections, ServerOptions } from '../shared/connections.ts';
import { type ResetReport, reset } from './reset.ts';

/** Which servers to empty. */
export interface ResetOptions {
  /** Whether to also empty servers that the running stack did not start. Default: false. */
  readonly force?: boolean | undefined;
}

export async function resetServers(
  connections: Connections,
  servers: ServerOptions,
  options: ResetOptions,
): Promise<ResetReport> {
  checkReset(servers, options);
  return reset(connections);
}

/**
 * @throws AsofError `ASOF_RESET_REFUSED` if the running stack did not start one of the servers, unless
 * forced.
 */
export function checkReset(
  { databaseUrl, kafka, redisUrl, temporal }: ServerOptions,
  { force = false }: ResetOptions,
): void {
  const foreign = foreignServers({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: kafka?.brokers,
    REDIS_URL: redisUrl,
    TEMPORAL_ADDRESS: temporal?.address,
  });
  if (force || foreign.length === 0) return;
  throw new AsofError(
    'ASOF_RESET_REFUSED',
    `${foreign.join(', ')} name servers that are not the stack's own, and reset would delete what Asof keeps there; to do so, add --force`,
    { details: { foreign } },
  );
}
