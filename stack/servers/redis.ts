import { createHash } from 'node:crypto';
import { askRedis } from '../../adapters/redis/ask-redis.ts';
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

function launch({ software, ports, secrets }: ServerLocation): Launch {
  return {
    command: redisProgram(software),
    args: [configuration],
    files: { [configuration]: redisConfiguration(ports.redis, secrets.ASOF_REDIS_PASSWORD) },
  };
}

/**
 * Uses an append-only file instead of snapshots, so that publications survive a crash. The only user is
 * Asof's, who administers nothing. It may also look at the keys and empty a database, which people and tests
 * do.
 */
function redisConfiguration(port: number, password: string): string {
  const hash = createHash('sha256').update(password).digest('hex');
  return `bind 127.0.0.1
port ${port}
appendonly yes
save ""
daemonize no
loglevel notice
user default off
user asof on #${hash} ~* &* +@all -@admin -@dangerous +info +keys +flushdb
`;
}
