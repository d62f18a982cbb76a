import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askRedis } from '../../adapters/redis/ask-redis.ts';
import type { StackSecrets } from '../secrets.ts';
import { debianSoftware, redisProgram } from '../software/debian/index.ts';
import { versions } from '../versions.ts';
import type { Launch, Server, ServerLocation } from './server.ts';

export const redis: Server = {
  name: 'redis',
  title: `Redis ${versions.redis}`,
  variable: 'REDIS_URL',
  ports: (plan) => ({ Redis: plan.redis }),
  url: (plan) => `redis://127.0.0.1:${plan.redis}`,
  software: debianSoftware,
  runsOn: [],
  launch,
  ask: askRedis,
};

const configuration = 'redis.conf';
const users = 'users.acl';

function launch({ software, ports, secrets }: ServerLocation): Launch {
  return {
    command: redisProgram(software),
    args: [configuration],
    files: { [configuration]: redisConfiguration(ports.redis), [users]: redisUsers(secrets) },
  };
}

/** Uses an append-only file instead of snapshots, so that publications survive a crash. */
function redisConfiguration(port: number): string {
  return `bind 127.0.0.1
port ${port}
aclfile ${users}
appendonly yes
save ""
daemonize no
loglevel notice
`;
}

/**
 * The only user that can log in is Asof's, who administers nothing. Beyond what Asof needs it may list keys and
 * empty a database, as people and tests do. The file has the hash of the password.
 *
 * `default` cannot log in, and yet may do everything: Redis loads its append-only file as this user, and would
 * drop what scripts and transactions have written.
 */
function redisUsers({ ASOF_REDIS_PASSWORD: password }: StackSecrets): string {
  const hash = createHash('sha256').update(password).digest('hex');
  const template = readFileSync(join(import.meta.dirname, 'redis', users), 'utf8');
  return template.replace('>${ASOF_REDIS_PASSWORD}', `#${hash}`);
}
