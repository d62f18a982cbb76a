import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { askKafka } from '../../../../adapters/kafka/ask-kafka.ts';
import { createKafka } from '../../../../adapters/kafka/client.ts';
import { kafkaSecurity } from '../../../../adapters/kafka/security.ts';
import { listTopics } from '../../../../adapters/kafka/topics.ts';
import { simulate } from '../../../../simulator/index.ts';
import { createWorker } from '../../../../workers/worker.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { runAsof } from '../../../support/servers/asof.ts';
import { type SecuredBroker, USER, startSecuredBroker } from '../../../support/servers/secured-broker.ts';

const silent = pino({ level: 'silent' });
const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 10 })];
const WRONG = { KAFKA_PASSWORD: 'wr0ng-one' };
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

let broker: SecuredBroker;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  broker = await startSecuredBroker();
  environment = {
    KAFKA_BROKERS: broker.brokers,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA: broker.ca,
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_USERNAME: USER.username,
    KAFKA_PASSWORD: USER.password,
  };
});

afterAll(() => broker.remove());

test('a stream reads events from a broker with TLS and SASL', async () => {
  await withProject({ kafka: settingsWith(), source: { topicPartitions: 2 } }, (project) =>
    project.withWorkers(1, async () => {
      const messages = events.map(({ value }, index) => ({ value, partition: index % 2 }));
      await produce(project.kafka, project.source, messages);
      await toHead(project);
      expect((await expectOracle(project)).raw.length).toBeGreaterThan(0);

      const check = await runAsof(['stream', 'check', project.source], {
        ...project.environment,
        ...environment,
      });
      expect(check).toMatchObject({ code: 0 });
    }),
  );
});

test('a stream whose worker has the wrong password fails and says so', async () => {
  await withProject({ kafka: settingsWith() }, async (project) => {
    await produce(project.kafka, project.source, [{ value: 'one record', partition: 0 }]);
    const worker = await createWorker({ ...project.settings, kafka: settingsWith(WRONG) }, silent);
    const running = worker.run();
    const read = toHead(project).finally(() => worker.stop());
    await expect(read).rejects.toThrow(/KAFKA_PASSWORD/);
    await running;
  });
});

test('the stack uses a secured broker that the environment names', async () => {
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  await askKafka(broker.brokers);
  vi.unstubAllEnvs();
});

test.each(MECHANISMS)('the broker accepts the right password by %s', async (mechanism) => {
  await listTopics(createKafka(settingsWith({ KAFKA_SASL_MECHANISM: mechanism }), silent));
});

test.each(MECHANISMS)(
  'the broker refuses a wrong password by %s, and the error does not show it',
  async (mechanism) => {
    const refused = listTopics(
      createKafka(settingsWith({ ...WRONG, KAFKA_SASL_MECHANISM: mechanism }), silent),
    );
    await expect(refused).rejects.toMatchObject({ code: 'ASOF_KAFKA_REFUSED', kind: 'input' });
    await expect(refused).rejects.toThrow(/KAFKA_USERNAME, KAFKA_PASSWORD/);
    await expect(refused).rejects.not.toThrow(WRONG.KAFKA_PASSWORD);
  },
);

test('a broker with an unknown certificate is refused', async () => {
  const refused = listTopics(createKafka(settingsWith({ KAFKA_SSL_CA: broker.strangersCa }), silent));
  await expect(refused).rejects.toMatchObject({ code: 'ASOF_KAFKA_REFUSED', kind: 'input' });
  await expect(refused).rejects.toThrow(/self-signed certificate.*KAFKA_SSL_CA/);
});

function settingsWith(changed: Readonly<Record<string, string>> = {}) {
  return {
    brokers: broker.brokers,
    ...kafkaSecurity({ ...environment, ...changed }),
  };
}

function toHead({ source, asof }: Project) {
  return asof.stream(source).readToHead({ from: 'earliest' });
}
