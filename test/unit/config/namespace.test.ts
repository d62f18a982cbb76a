import { afterEach, expect, test, vi } from 'vitest';
import { deploymentNamespace } from '../../../config/namespace.ts';
import { taskQueue } from '../../../config/servers.ts';

afterEach(() => vi.unstubAllEnvs());

test('the namespace is the given one, otherwise that of the environment, otherwise asof', () => {
  vi.stubEnv('ASOF_NAMESPACE', '');
  expect(deploymentNamespace().name).toBe('asof');
  vi.stubEnv('ASOF_NAMESPACE', 'shop');
  expect(deploymentNamespace().name).toBe('shop');
  expect(deploymentNamespace('bank').name).toBe('bank');
});

test('each namespace has a task queue of its own', () => {
  vi.stubEnv('ASOF_TASK_QUEUE', undefined);
  expect(taskQueue(deploymentNamespace('shop'))).toBe('shop');
  expect(taskQueue(deploymentNamespace('shop'), 'mine')).toBe('mine');
});

test.each(['Shop', 'a:b', 'a.b', '1st', 'a/b', ' ', 'x'.repeat(31)])('%j is not a namespace', (name) => {
  expect(() => deploymentNamespace(name)).toThrow(
    expect.objectContaining({ code: 'ASOF_NAMESPACE_INVALID' }),
  );
});
