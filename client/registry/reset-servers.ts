import { foreignServers } from '../../config/foreign-servers.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Connections, ServerOptions } from '../shared/connections.ts';
import type { ResetPlan } from './reset-plan.ts';
import { type ResetReport, reset } from './reset.ts';

/** Which servers to empty. */
export interface ResetOptions {
  /** Whether to also empty servers that the running stack did not start. Default: false. */
  readonly force?: boolean | undefined;
  /**
   * Called once, before anything is ended or deleted, with the list of it. If it answers false, the call does
   * nothing and fails with `ASOF_NOT_CONFIRMED`. Default: no confirmation.
   */
  readonly confirm?: ((plan: ResetPlan) => boolean | Promise<boolean>) | undefined;
}

export async function resetServers(
  connections: Connections,
  servers: ServerOptions,
  options: ResetOptions,
): Promise<ResetReport> {
  const { confirm = () => true } = options;
  checkReset(servers, options);
  return reset(connections, { confirm, ownKafka: !foreignAmong(servers).includes('KAFKA_BROKERS') });
}

/**
 * @throws AsofError `ASOF_RESET_REFUSED` if the running stack did not start one of the servers, unless
 * forced.
 */
export function checkReset(servers: ServerOptions, { force = false }: ResetOptions): void {
  const foreign = foreignAmong(servers);
  if (force || foreign.length === 0) return;
  throw new AsofError(
    'ASOF_RESET_REFUSED',
    `${foreign.join(', ')} name servers that are not the stack's own, and reset would delete what Asof keeps there; to do so, add --force`,
    { details: { foreign } },
  );
}

function foreignAmong({ databaseUrl, kafka, redisUrl, temporal }: ServerOptions) {
  return foreignServers({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: kafka?.brokers,
    REDIS_URL: redisUrl,
    TEMPORAL_ADDRESS: temporal?.address,
  });
}
