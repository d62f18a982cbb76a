import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const REDIS_URL = 'redis://:canary-of-it@cache.example';
const script = `
  import { createLogger } from './config/logger.ts';
  const error = Object.assign(new Error('no canary-of-it'), { command: { name: 'auth', args: ['canary-of-it'] } });
  createLogger().error({ err: error, url: process.env.REDIS_URL }, 'it is canary-of-it');
`;

test('a line of the log is JSON without a secret, wherever it was', async () => {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: root, env: { ...process.env, REDIS_URL } },
  );
  expect(stderr).not.toContain('canary');
  expect(JSON.parse(stderr)).toMatchObject({
    msg: 'it is ***',
    url: 'redis://:***@cache.example',
    err: { message: 'no ***', command: { args: ['***'] } },
  });
});
