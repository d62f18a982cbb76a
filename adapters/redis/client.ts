import { Redis, ReplyError } from 'ioredis';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** A command that takes longer counts as failed, because a late lookup is useless. */
const COMMAND_TIMEOUT_MS = 5_000;
/** The system asks an idle server this long after its last word whether it is there. */
const KEEP_ALIVE_MS = 10_000;

export type { Redis };

/**
 * Connects to the online store, with one attempt. The connection reconnects by itself later. Commands of the
 * same tick of the event loop share one round trip.
 *
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableAutoPipelining: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    maxRetriesPerRequest: 1,
    // The command fails, and the next one finds the server that the name leads to by then.
    reconnectOnError: isOfDemoted,
  });
  let reason: unknown;
  // Failed commands throw. Without this listener ioredis would print each failure of the connection.
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw redisUnavailable(reason ?? error, new URL(url).host);
  }
}

/** What to do about an answer that is an error, by its first word. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  READONLY: 'It is a replica. After a failover the next try finds the primary; else have REDIS_URL name it',
  MASTERDOWN:
    'It is a replica that has lost its primary. The next try finds the primary; else have REDIS_URL name it',
  LOADING: 'It is starting; the next try finds it ready',
  OOM: 'Give it more memory (maxmemory); Asof needs all that it stores there',
  MOVED: 'It is a node of a Redis Cluster; have REDIS_URL name a server that is not',
  CROSSSLOT: 'It is a node of a Redis Cluster; have REDIS_URL name a server that is not',
  MISCONF: 'It cannot write to its disk; see its log',
  NOREPLICAS: 'It has too few replicas to take writes (min-replicas-to-write)',
  NOAUTH: 'Give REDIS_URL a password',
  WRONGPASS: 'Correct the user and password of REDIS_URL',
  NOPERM: 'Grant the right to the user of REDIS_URL',
};

/** Whether the server says that it is no longer the one to ask. */
function isOfDemoted({ message }: Error): boolean {
  return /^(?:READONLY|MASTERDOWN)\b/.test(message);
}

/** Turns the error of a failed command into `ASOF_REDIS_UNAVAILABLE`, which says what to do. */
export function redisUnavailable(error: unknown, host = 'REDIS_URL'): AsofError {
  if (error instanceof AsofError) return error;
  const store = `the online store at ${host}`;
  if (!(error instanceof ReplyError)) return unavailable('ASOF_REDIS_UNAVAILABLE', store, 'REDIS_URL', error);
  const { message } = error as Error;
  const advice = WHAT_TO_DO[/^[A-Z]+/.exec(message)?.[0] ?? ''] ?? 'See its log';
  return new AsofError('ASOF_REDIS_UNAVAILABLE', `${store} refuses: ${message}. ${advice}`, {
    details: { variable: 'REDIS_URL' },
    cause: error,
  });
}
