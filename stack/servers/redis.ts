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

/** Uses an append-only file instead of snapshots, so that publications survive a crash. */
function launch({ software, ports }: ServerLocation): Launch {
  return {
    command: redisProgram(software),
    args: [
      ...['--bind', '127.0.0.1', '--port', String(ports.redis)],
      ...['--appendonly', 'yes', '--save', ''],
      ...['--daemonize', 'no', '--loglevel', 'notice'],
    ],
  };
}
