import { expect, test } from 'vitest';
import { portPlan } from '../../../stack/ports.ts';
import type { Command } from '../../../stack/servers/command.ts';
import { allServers } from '../../../stack/servers/index.ts';
import { type Server, serverNames, serverVariables } from '../../../stack/servers/server.ts';

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

function locationOf(server: Server) {
  return {
    software: '/software',
    data: `/data/${server.name}`,
    ports: portPlan(27_200),
    account: { wrap: (command: Command) => command, takeOver: () => Promise.resolve() },
  };
}
