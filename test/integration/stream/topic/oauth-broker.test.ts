import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafka } from '../../../../adapters/kafka/client.ts';
import { kafkaSecurity } from '../../../../adapters/kafka/security.ts';
import { listTopics } from '../../../../adapters/kafka/topics.ts';
import { simulate } from '../../../../simulator/index.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { withProject } from '../../../support/projects/project.ts';
import { type OauthBroker, startOauthBroker } from '../../../support/servers/oauth-broker.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 5 })];
const folder = mkdtempSync(join(tmpdir(), 'asof-oauth-'));

let broker: OauthBroker;

beforeAll(async () => {
  broker = await startOauthBroker();
});

afterAll(async () => {
  await broker.remove();
  rmSync(folder, { recursive: true });
});

test('a stream reads events from a broker that asks for a token', async () => {
  await withProject({ kafka: settingsWith(byCommand()) }, (project) =>
    project.withWorkers(1, async () => {
      await produce(
        project.kafka,
        project.source,
        events.map(({ value }) => ({ value, partition: 0 })),
      );
      await project.asof.stream(project.source).readToHead({ from: 'earliest' });
      expect((await expectOracle(project)).raw.length).toBeGreaterThan(0);
    }),
  );
});

test('an open connection goes on with another token before the first one expires', async () => {
  const admin = createKafka(settingsWith(byCommand()), pino({ level: 'silent' })).admin();
  await admin.connect();
  const before = broker.tokens().length;
  const isRenewed = async () => {
    await admin.listTopics();
    return broker.tokens().length > before;
  };
  await eventually('the connection to ask for another token', isRenewed, 60_000);
  await admin.listTopics();
  await admin.disconnect();
});

test('a token that the broker refuses is in no error and no log', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, `${broker.expiredToken}\n`);
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });
  const refused = await listTopics(createKafka(settingsWith({ KAFKA_OAUTH_TOKEN_FILE: file }), logger)).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({
    code: 'ASOF_KAFKA_REFUSED',
    message: expect.stringContaining('token') as string,
  });
  expect(`${String(refused)} ${JSON.stringify(refused)} ${logged.join()}`).not.toContain(broker.expiredToken);
  expect(logged.join()).toContain('invalid_token');
});

test('a command that fails is unavailable, and nothing that it printed is shown', async () => {
  const command = 'echo s3cret; echo s3cret >&2; exit 3';
  const failed = listTopics(
    createKafka(settingsWith({ KAFKA_OAUTH_TOKEN_COMMAND: command }), pino({ level: 'silent' })),
  );
  await expect(failed).rejects.toMatchObject({ code: 'ASOF_KAFKA_TOKEN_UNAVAILABLE', kind: 'unavailable' });
  await expect(failed).rejects.toThrow(/KAFKA_OAUTH_TOKEN_COMMAND ended with 3/);
  await expect(failed).rejects.not.toThrow('s3cret');
});

function byCommand() {
  return { KAFKA_OAUTH_TOKEN_COMMAND: broker.tokenCommand };
}

function settingsWith(token: Readonly<Record<string, string>>) {
  const named = { KAFKA_BROKERS: broker.brokers, KAFKA_SASL_MECHANISM: 'oauthbearer', ...token };
  return { brokers: broker.brokers, ...kafkaSecurity(named) };
}
