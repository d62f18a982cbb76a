import { expect, test } from 'vitest';
import { portPlan } from '../../../stack/ports.ts';
import type { Command } from '../../../stack/servers/command.ts';
import { allServers } from '../../../stack/servers/index.ts';
import { type Server, serverNames, serverVariables } from '../../../stack/servers/server.ts';
import { someSecrets } from './some-secrets.ts';

test('the list has every server, each with its own variable', () => {
  expect(allServers.map(({ name }) => name).sort()).toEqual([...serverNames].sort());
  expect(allServers.map(({ variable }) => variable).sort()).toEqual([...serverVariables].sort());
});

test.each([...allServers])('$name listens on this machine only, on the ports of the plan', (server) => {
  const launch = server.launch(locationOf(server));
  const settings = JSON.stringify(launch);
  for (const port of Object.values(server.ports(portPlan(27_200)))) expect(settings).toContain(String(port));
  expect(settings).toContain('127.0.0.1');
  expect(settings).not.toContain('0.0.0.0');
});

test('Postgres confirms a commit only after it is on the disk', () => {
  const postgres = allServers.find(({ name }) => name === 'timescaledb')!;
  expect(postgres.launch(locationOf(postgres)).args).toEqual(
    expect.arrayContaining(['fsync=on', 'synchronous_commit=on']),
  );
});

test.each([...allServers])('no command line of $name, and no variable, has a password', (server) => {
  const { command, args, env } = server.launch(locationOf(server));
  for (const secret of Object.values(someSecrets))
    expect(JSON.stringify([command, args, env])).not.toContain(secret);
});

test('Postgres lets nobody in without a password, from wherever', () => {
  const postgres = allServers.find(({ name }) => name === 'timescaledb')!;
  const rules = Object.values(postgres.launch(locationOf(postgres)).files!).join('');
  const methods = rules
    .trim()
    .split('\n')
    .map((rule) => rule.split(' ').at(-1));
  expect(new Set(methods)).toEqual(new Set(['scram-sha-256']));
});

test.each(['timescaledb', 'redis'])('other passwords restart %s', (name) => {
  const server = allServers.find((one) => one.name === name)!;
  const location = locationOf(server);
  const secrets = {
    ...someSecrets,
    ASOF_POSTGRES_PASSWORD: 'o'.repeat(32),
    ASOF_REDIS_PASSWORD: 'o'.repeat(32),
  };
  expect(server.launch({ ...location, secrets })).not.toEqual(server.launch(location));
});

function locationOf(server: Server) {
  return {
    software: '/software',
    data: `/data/${server.name}`,
    ports: portPlan(27_200),
    secrets: someSecrets,
    account: { wrap: (command: Command) => command, give: () => {}, takeOver: () => Promise.resolve() },
  };
}
