import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { knownFailure } from '../../../../client/shared/known-failure.ts';

const cli = new URL('../../../../cli', import.meta.url).pathname;

/** The arguments of every command that connects to a server. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  plan: ['--definitions', 'examples/churn/definitions'],
  apply: ['--yes', '--definitions', 'examples/churn/definitions'],
  remove: ['table', 'user_activity_features', '--yes'],
  reset: ['--yes', '--force'],
  import: ['README.md', '--source', 'user-events'],
  worker: [],
  'stream run': ['user-events', '--until-caught-up'],
  'stream check': ['user-events'],
  'stream fields': ['user-events'],
  'source infer': ['user-events'],
  'dead-letters list': ['user-events'],
  'dead-letters replay': ['user-events'],
  'write-table': ['users', '/dev/null'],
  backfill: ['user_activity_features', '--from', '2026-03-01T00:00:00Z', '--to', '2026-03-02T00:00:00Z'],
  'batch run': ['transaction_features', '--from', '2026-03-01T00:00:00Z', '--to', '2026-03-02T00:00:00Z'],
  'batch check': ['transaction_features'],
  'retention run': [],
  'training-set verify': ['ts_1'],
  'training-set build': ['churn', '--spine', 'README.md', '--out', '/tmp/asof-none.parquet'],
  score: ['user_churn_model', '--spine', 'README.md', '--out', '/tmp/asof-none.parquet'],
  'training-set list': [],
  'training-set show': ['ts_1'],
  'training-set diff': ['ts_1', 'ts_2'],
  'training-set remove': ['ts_1', '--yes'],
  'online refresh': ['user_activity_features'],
  serve: [],
  'explain training-set': ['ts_0f3a5d1b2c4e', '--row', '1'],
  'explain lookup': ['user_activity_features', '--key', 'user_id=u_1', '--at', '2026-03-01T12:00:00Z'],
  impact: ['--since', '1'],
  'lineage model': ['user_churn_model/1'],
  'lineage training-set': ['ts_1'],
  'lineage endpoint': ['churn'],
  'lineage feature': ['user_activity_features.revenue_1h'],
  'lineage field': ['user-events.revenue'],
  'lineage table': ['user_activity_features'],
  'lineage source': ['user-events'],
};

/** Those that need no server, or that run the servers. */
const WITHOUT = [
  'init',
  'preview',
  'simulate',
  'stack up',
  'stack down',
  'stack status',
  'stack env',
  'temporal',
];

const nowhere = '127.0.0.1:1';

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', `postgres://asof@${nowhere}/asof`);
  vi.stubEnv('KAFKA_BROKERS', nowhere);
  vi.stubEnv('REDIS_URL', `redis://${nowhere}`);
  vi.stubEnv('TEMPORAL_ADDRESS', nowhere);
  vi.stubEnv('MLFLOW_TRACKING_URI', `http://${nowhere}`);
  vi.stubEnv('ASOF_SERVING_URL', 'http://127.0.0.1:2');
});
afterEach(() => vi.unstubAllEnvs());

const commands = await allCommands();

test('the list has every command', () => {
  expect([...commands.keys()].sort()).toEqual([...Object.keys(COMMANDS), ...WITHOUT].sort());
});

test.each(Object.entries(COMMANDS))(
  'without servers, %s fails with an error that says what to do',
  async (name, args) => {
    const failure: unknown = await commands
      .get(name)!
      .parseAsync([...args], { from: 'user' })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failure, name).toBeDefined();
    const known = knownFailure(failure);
    expect(known.message).toMatch(/cannot connect to .*npx asof stack status/s);
    expect(known.code).toMatch(/_UNAVAILABLE$/);
    expect(known.message).not.toMatch(/\n {4}at /);
  },
);

/** The commands without subcommands, by their full names. */
async function allCommands(): Promise<Map<string, CommandUnknownOpts>> {
  const found = new Map<string, CommandUnknownOpts>();
  const add = (command: CommandUnknownOpts, prefix: string): void => {
    const name = `${prefix}${command.name()}`;
    if (command.commands.length === 0) found.set(name, command);
    for (const child of command.commands) add(child, `${name} `);
  };
  const modules = readdirSync(cli, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && path !== 'main.ts',
  );
  for (const path of modules) {
    const exported = (await import(join(cli, path))) as Record<string, () => CommandUnknownOpts>;
    for (const [name, make] of Object.entries(exported)) if (name.endsWith('Command')) add(make(), '');
  }
  return found;
}
