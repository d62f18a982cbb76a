import { hostname } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { hostName } from '../../../config/host.ts';

const given = process.env.ASOF_HOST;
afterEach(() => {
  if (given === undefined) delete process.env.ASOF_HOST;
  else process.env.ASOF_HOST = given;
});

test('a host has one name for all its processes, which tells people the machine', () => {
  delete process.env.ASOF_HOST;
  const name = hostName();
  expect(name.slice(0, -9)).toBe(hostname());
  expect(name).toMatch(/-[0-9a-f]{8}$/);
  expect(hostName()).toBe(name);
});

test('processes that share their files can be given one name', () => {
  process.env.ASOF_HOST = 'shared';
  expect(hostName()).toBe('shared');
});
