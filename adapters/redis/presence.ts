import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Namespace } from '../../domain/namespace.ts';
import { type Redis, redisUnavailable } from './client.ts';

/** How long a process counts as present after it was last announced, in ms. */
export const LEASE_MS = 30_000;
/** The length of a deployment's id, which is a UUID. */
const ID_LENGTH = 36;

/**
 * Announces a process, or only looks: `KEYS = [the present processes]`, `ARGV = [deployment, process or
 * nothing, lease]`. Returns a process of another deployment if one is present, and announces nothing then.
 */
const ANNOUNCE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for _, present in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(present, 1, ${ID_LENGTH}) ~= ARGV[1] then return present end
end
if ARGV[2] ~= '' then
  redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1] .. ' ' .. ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return false`;

/**
 * Which deployments have processes at work in a namespace and on a task queue. Two of them there would run
 * each other's workflows, so the second is refused.
 */
export class Presence {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #namespace: Namespace;

  constructor(redis: Redis, namespace: Namespace, taskQueue: string) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#key = namespace.redisKey(`present:${taskQueue}`);
  }

  /**
   * Announces a process of the deployment for half a minute.
   *
   * @throws AsofError `ASOF_NAMESPACE_TAKEN` if one of another deployment is present.
   */
  async announce(deployment: string, process: string): Promise<void> {
    await this.#run(deployment, process);
  }

  /** @throws AsofError `ASOF_NAMESPACE_TAKEN` if a process of another deployment is present. */
  async expectNoOther(deployment: string): Promise<void> {
    await this.#run(deployment, '');
  }

  async leave(deployment: string, process: string): Promise<void> {
    await this.#redis.zrem(this.#key, `${deployment} ${process}`);
  }

  /** Forgets who is present. Whoever is, announces itself again. */
  async forget(): Promise<void> {
    await this.#redis.unlink(this.#key).catch((error: unknown) => {
      throw redisUnavailable(error);
    });
  }

  async #run(deployment: string, process: string): Promise<void> {
    const other = await this.#redis
      .eval(ANNOUNCE, 1, this.#key, deployment, process, LEASE_MS)
      .catch((error: unknown) => {
        throw redisUnavailable(error);
      });
    if (other === null) return;
    const { name } = this.#namespace;
    const [present, who] = (other as string).split(' ');
    throw new AsofError(
      'ASOF_NAMESPACE_TAKEN',
      `namespace '${name}' is in use by another database: its worker ${who} runs on the same Redis and task queue. ` +
        'Set ASOF_NAMESPACE to a name of its own for this deployment; if that worker is gone, wait half a minute',
      { details: { namespace: name, worker: who, deployment: present } },
    );
  }
}
