import type { Logger } from 'pino';
import type { Redis } from '../adapters/redis/client.ts';
import { Presence } from '../adapters/redis/presence.ts';
import { expectNamespace, openDeployment } from '../db/registry/deployment.ts';
import type { Pool } from '../db/sql/client.ts';
import type { Namespace } from '../domain/namespace.ts';
import { ANNOUNCE_EVERY_MS, Announcement } from './announcement.ts';
import type { Opened } from './opened.ts';

/** Where a worker is present, and who hears of it. */
export interface Attendance {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly namespace: Namespace;
  readonly taskQueue: string;
  readonly logger: Logger;
  /** Is told that the worker must end: it would do the work of another deployment. */
  readonly onRefusal: (error: Error) => void;
}

/**
 * Announces this worker as one of its deployment, again and again until what was opened is closed.
 *
 * @throws AsofError `ASOF_NAMESPACE_TAKEN` if a worker of another deployment is present;
 * `ASOF_NAMESPACE_DIFFERS`, `ASOF_RESET_UNFINISHED`.
 */
export async function stayPresent(
  { pool, redis, namespace, taskQueue, logger, onRefusal }: Attendance,
  opened: Opened,
): Promise<void> {
  await openDeployment(pool, namespace);
  const presence = new Presence(redis, namespace, taskQueue);
  const announcement = new Announcement(presence, () => expectNamespace(pool, namespace));
  opened.closeBy(() => announcement.leave().catch(() => {}));
  await announcement.renew();
  const renew = (): void =>
    void announcement.renew().catch((error: Error) => {
      if (!announcement.isOfAnother(error))
        return logger.warn({ err: error }, 'worker not announced; it tries again');
      clearInterval(timer);
      onRefusal(error);
    });
  const timer = setInterval(renew, ANNOUNCE_EVERY_MS).unref();
  opened.closeBy(() => clearInterval(timer));
}
