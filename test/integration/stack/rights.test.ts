import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect as connectAsof } from 'asof/client';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { withAdmin } from '../../../adapters/kafka/topics.ts';
import type { WorkerSettings } from '../../../config/servers.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { HABITS, ORDERS, VISITS, besideWorker, cafe } from '../../support/projects/deployment.ts';
import { type OwnBroker, freePorts, ownBroker } from '../../support/servers/own-broker.ts';
import { type OwnRedis, ownRedis } from '../../support/servers/own-redis.ts';
import { asSuperuser } from '../../support/servers/superuser.ts';

const page = readFileSync(new URL('../../../docs/reference/rights.md', import.meta.url), 'utf8');
const PASSWORD = 'password';
const DAY = '2026-03-02T00:00:00Z';

/** The name of the role, the database and the namespace, in place of the page's `asof`. */
const name = `rights_${randomUUID().slice(0, 8)}`;
const topic = `${name}.${ORDERS}`;
let redis: OwnRedis;
let broker: OwnBroker;
let secured: number;

beforeAll(async () => {
  for (const statement of blocks('sql')[0]!.split('\n')) await asSuperuser(server(), renamed(statement));
  redis = await ownRedis();
  await redis.client.call(...(renamed(blocks('')[0]!).split(' ') as [string, ...string[]]));
  [secured] = (await freePorts(1)) as [number];
  broker = await ownBroker((_, { plain, controller }) => Promise.resolve(authorizing(plain, controller)));
  await broker.start();
  const lines = blocks('sh').flatMap((block) => block.split('\n'));
  const acl = lines.filter((line) => line.startsWith('kafka-acls')).flatMap(accessOf);
  const silent = pino({ level: 'silent' });
  await withAdmin(createKafka({ brokers: broker.brokers }, silent), (admin) => admin.createAcls({ acl }));
});

afterAll(async () => {
  await broker.remove();
  await redis.remove();
  await asSuperuser(server(), `DROP DATABASE ${name} WITH (FORCE)`);
  await asSuperuser(server(), `DROP ROLE ${name}`);
});

test('a deployment does all of its work with the rights of the page', async () => {
  const settings = settingsOfThePage();
  await using asof = await connectAsof({ ...settings, logger: pino({ level: 'silent' }) });
  await asof.apply(cafe());
  await besideWorker(settings, async () => {
    const stream = asof.stream(ORDERS);
    expect(await stream.import(orders())).toMatchObject({ sent: 24 });
    await stream.readToHead({ from: 'earliest' });
    expect(await stream.check()).toMatchObject({ clean: true });
    expect(await asof.batch(HABITS).run({ from: DAY, to: DAY })).toMatchObject({ computed: 1 });
    const { last } = await asof.online(VISITS).refresh();
    expect(last).toMatchObject({ published: true });
    expect(await asof.retention.run({})).toMatchObject({ dryRun: false });
  });
  const { topics, keys } = await asof.reset({ force: true });
  expect(topics).toEqual([topic]);
  expect(keys).toBeGreaterThan(0);
  expect(await redis.client.call('ACL', 'LOG')).toEqual([]);
});

function settingsOfThePage(): WorkerSettings {
  const database = new URL(server());
  database.username = name;
  database.password = PASSWORD;
  database.pathname = `/${name}`;
  const servers = stackEnvironment();
  return {
    databaseUrl: database.href,
    namespace: name,
    kafka: {
      brokers: `127.0.0.1:${secured}`,
      sasl: { mechanism: 'plain', username: 'asof', password: PASSWORD },
    },
    redisUrl: `redis://${name}:${PASSWORD}@127.0.0.1:${redis.port}/3`,
    mlflow: { uri: servers.MLFLOW_TRACKING_URI! },
    temporal: { address: servers.TEMPORAL_ADDRESS!, namespace: 'default', taskQueue: name },
  };
}

/** A broker that asks for rights, and takes the user of its listener without a password for an administrator. */
function authorizing(plain: number, controller: number): string {
  return `listeners=PLAINTEXT://127.0.0.1:${plain},CONTROLLER://127.0.0.1:${controller},SASL_PLAINTEXT://127.0.0.1:${secured}
advertised.listeners=PLAINTEXT://127.0.0.1:${plain},SASL_PLAINTEXT://127.0.0.1:${secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_asof="${PASSWORD}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;
}

/** What a command of the page grants: an entry for each operation. */
function accessOf(command: string): AclEntry[] {
  const of = (option: string): string[] =>
    [...command.matchAll(new RegExp(`--${option} (\\S+)`, 'g'))].map(([, value]) => value!);
  const [group] = of('group');
  return of('operation').map((operation) => ({
    principal: of('allow-principal')[0]!,
    host: '*',
    operation: AclOperationTypes[operation.toUpperCase() as keyof typeof AclOperationTypes],
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: group === undefined ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: group ?? topic,
    resourcePatternType: command.includes('--resource-pattern-type prefixed')
      ? ResourcePatternTypes.PREFIXED
      : ResourcePatternTypes.LITERAL,
  }));
}

function orders(): string[] {
  return Array.from({ length: 24 }, (_, hour) =>
    JSON.stringify({ guest: `guest-${hour % 5}`, at: `2026-03-01T${String(hour).padStart(2, '0')}:10:00Z` }),
  );
}

function server(): string {
  return stackEnvironment().DATABASE_URL!;
}

/** The blocks of code of a language on the page. */
function blocks(language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n([^]*?)\n```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , code]) => code!);
}

function renamed(command: string): string {
  return command.replaceAll(/\basof\b/g, name);
}
