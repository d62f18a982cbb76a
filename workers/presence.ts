import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Presence } from '../adapters/redis/presence.ts';
import { findDeployment, openDeployment } from '../db/registry/deployment.ts';
import type { Pool } from '../db/sql/client.ts';
import type { Namespace } from '../domain/namespace.ts';

const ANNOUNCE_EVERY_MS = 10_000;

/**
 * Announces this worker as one of its deployment, again and again: a reset and an `apply` give the database
 * another deployment.
 *
 * @returns what ends that.
 * @throws AsofError `ASOF_NAMESPACE_TAKEN` if a worker of another deployment is present;
 * `ASOF_NAMESPACE_DIFFERS`, `ASOF_RESET_UNFINISHED`.
 */
export async function stayPresent(
  { pool, presence, namespace }: { pool: Pool; presence: Presence; namespace: Namespace },
  logger: Logger,
): Promise<() => Promise<void>> {
  const self = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  let announced: string | undefined;
  const announce = async (deployment: { readonly id: string } | undefined): Promise<void> => {
    announced = deployment?.id;
    if (announced !== undefined) await presence.announce(announced, self);
  };
  await announce(await openDeployment(pool, namespace));
  const again = (): void =>
    void findDeployment(pool)
      .then(announce)
      .catch((error: unknown) => logger.warn({ err: error }, 'worker not announced'));
  const timer = setInterval(again, ANNOUNCE_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    if (announced !== undefined) await presence.leave(announced, self).catch(() => {});
  };
}
