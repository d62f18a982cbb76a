import { expect, test } from 'vitest';
import { serverProcessEnvironment } from '../../../stack/native/server-process-environment.ts';
import { portPlan } from '../../../stack/ports.ts';
import { withoutPassword } from '../../../stack/readiness/running-elsewhere.ts';
import type { Command } from '../../../stack/servers/command.ts';
import { allServers } from '../../../stack/servers/index.ts';
import { type Server, serverNames, serverVariables } from '../../../stack/servers/server.ts';

const place = (server: Server) => ({
  software: '/software',
  data: `/data/${server.name}`,
  ports: portPlan(27_200),
  account: { wrap: (command: Command) => command, takeOver: () => Promise.resolve() },
});

test('every server is there, each with a variable of its own', () => {
  expect(allServers.map(({ name }) => name).sort()).toEqual([...serverNames].sort());
  expect(allServers.map(({ variable }) => variable).sort()).toEqual([...serverVariables].sort());
});

test.each([...allServers])('$name listens on this machine only, on the ports of the plan', (server) => {
  const launch = server.launch(place(server));
  const settings = JSON.stringify(launch);
  for (const port of Object.values(server.ports(portPlan(27_200)))) expect(settings).toContain(String(port));
  expect(settings).toContain('127.0.0.1');
  expect(settings).not.toContain('0.0.0.0');
});

test('money is in there: Postgres confirms a commit only when it is on the disk', () => {
  const postgres = allServers.find(({ name }) => name === 'timescaledb')!;
  expect(postgres.launch(place(postgres)).args).toEqual(
    expect.arrayContaining(['fsync=on', 'synchronous_commit=on']),
  );
});

test("a server does not take over what a shell sets for servers' clients", () => {
  const shell = {
    PATH: '/bin',
    MLFLOW_TRACKING_URI: 'http://elsewhere',
    PGPORT: '1',
    TEMPORAL_ADDRESS: 'x:1',
  };
  expect(serverProcessEnvironment(shell)).toEqual({ PATH: '/bin' });
});

test.each([
  ['postgres://asof:secret@db.example/asof', 'postgres://asof:***@db.example/asof'],
  ['redis://:secret@cache.example:6379', 'redis://:***@cache.example:6379'],
  ['b1.example:9092,b2.example:9092', 'b1.example:9092,b2.example:9092'],
])('%s is shown without its password', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
