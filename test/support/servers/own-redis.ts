import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis } from '../../../adapters/redis/ask-redis.ts';
import { type Redis, connectRedis } from '../../../adapters/redis/client.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { debianSoftware, redisProgram } from '../../../stack/software/debian/index.ts';
import { install } from '../../../stack/software/software.ts';
import { eventually } from '../expectations/eventually.ts';
import { freePorts } from './own-broker.ts';

/** A Redis of a test's own, from the stack's software. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Connected straight to it. */
  readonly client: Redis;
  remove(): Promise<void>;
}

export async function ownRedis(): Promise<OwnRedis> {
  const software = await install(stackLayout(), debianSoftware, {
    reporter: reporterFor('redis', () => {}),
    signal: new AbortController().signal,
  });
  const folder = mkdtempSync(join(tmpdir(), 'asof-redis-'));
  const [port] = await freePorts(1);
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', folder];
  const running = spawn(redisProgram(software), args, { stdio: 'ignore' });
  await eventually('Redis to answer', () =>
    askRedis(url).then(
      () => true,
      () => false,
    ),
  );
  const client = await connectRedis(url);
  return {
    url,
    port: port!,
    client,
    async remove() {
      client.disconnect();
      const exited = once(running, 'exit');
      running.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
