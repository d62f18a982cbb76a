import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMlflow } from '../../../adapters/mlflow/client.ts';
import type { KafkaSettings } from '../../../config/servers.ts';
import { type QueryLogin, findQueryLogin } from '../../../db/batch/queries/query-login.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { commandOf } from '../../../stack/processes/table.ts';
import { type Evidence, leaksIn, newCanary } from '../../support/canaries/canaries.ts';
import { mlflowOf, tablesOf, workflowsOf } from '../../support/canaries/evidence.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { applyExample } from '../../support/projects/churn-project.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { withFolder } from '../../support/projects/training-set.ts';
import { runAsof } from '../../support/servers/asof.ts';
import { type MlflowDoor, openMlflowDoor } from '../../support/servers/mlflow-door.ts';
import { freePorts } from '../../support/servers/own-broker.ts';
import { type OwnRedis, ownRedis } from '../../support/servers/own-redis.ts';
import { type SecuredBroker, USER, startSecuredBroker } from '../../support/servers/secured-broker.ts';
import { type ShownCommand, showCommand } from '../../support/servers/shown-command.ts';
import { BATCH_TABLES, SHOPPER, openShop, writeSpine } from './shop.ts';

/** A Redis database that no other test uses. */
const REDIS_DATABASE = 12;
const NODE = [process.execPath, 'bin/asof.mjs'] as const;
const TRAINS_WITHIN_MS = 120_000;
const TABLES = ['user_activity_features', ...BATCH_TABLES];

/** The secrets of settings, and those that are wrong where they are given. */
const secrets = {
  database: passwordOf('DATABASE_URL'),
  redis: passwordOf('REDIS_URL'),
  kafka: USER.password,
  mlflow: newCanary(),
  mlflowToken: newCanary(),
  temporal: newCanary(),
  cloud: newCanary(),
  wrong: newCanary(),
};

let broker: SecuredBroker;
let redis: OwnRedis;
let door: MlflowDoor;

beforeAll(async () => {
  [broker, redis, door] = await Promise.all([
    startSecuredBroker(),
    ownRedis(),
    openMlflowDoor(stackEnvironment().MLFLOW_TRACKING_URI!, [
      `Basic ${Buffer.from(`asof:${secrets.mlflow}`).toString('base64')}`,
      `Bearer ${secrets.mlflowToken}`,
    ]),
  ]);
  await redis.client.config('SET', 'requirepass', newCanary());
});

afterAll(() => Promise.all([broker.remove(), redis.remove(), door.close()]));

test('no secret of a setting is in an output, a history, a table, a run, a status or an answer', async () => {
  const kafka = await kafkaOf();
  const source = { topicPartitions: 2 };
  await withProject({ source, redisDatabase: REDIS_DATABASE, kafka }, async (project) => {
    const model = `canary_${project.source.slice(-8)}`;
    await applyExample(project, model);
    const queries = (await findQueryLogin(project.pool))!;
    Object.assign(secrets, { queries: queries.password! });
    const environment = environmentOf(project, queries);
    const place = { project, model, environment, evidence: new Map() as Evidence };
    const worker = await showCommand([...NODE, 'worker'], place.environment, /^worker: ready/);
    try {
      expectNoSecretsIn(worker);
      await work(place);
      await failInWorkflows(place);
      await failInCommands(place);
      await failTraining(worker);
      // Only a running worker answers for the status of a workflow.
      for (const [where, text] of await project.withTemporal(workflowsOf)) place.evidence.set(where, text);
      worker.shown.kill('SIGTERM');
      await worker.ended;
    } finally {
      worker.shown.kill('SIGKILL');
    }
    place.evidence.set('log of the worker', worker.said.join('\n'));
    await search(place);
  });
}, 600_000);

interface Place {
  readonly project: Project;
  readonly model: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly evidence: Evidence;
}

/** The password that the stack asks for; a canary where it asks for none and takes any. */
function passwordOf(variable: 'DATABASE_URL' | 'REDIS_URL'): string {
  return decodeURIComponent(new URL(stackEnvironment()[variable] ?? 'redis://').password) || newCanary();
}

async function kafkaOf(): Promise<KafkaSettings> {
  const ssl = { ca: readFileSync(broker.ca, 'utf8') };
  return Promise.resolve({ brokers: broker.brokers, ssl, sasl: { mechanism: 'plain', ...USER } });
}

/** The environment of a project with a secret in every setting. */
function environmentOf({ environment, settings }: Project, queries: QueryLogin): NodeJS.ProcessEnv {
  return {
    ...environment,
    ASOF_LOG_LEVEL: 'debug',
    DATABASE_URL: withPassword(settings.databaseUrl, secrets.database),
    ASOF_QUERY_DATABASE_URL: withPassword(settings.databaseUrl, queries.password!, queries.role),
    REDIS_URL: withPassword(settings.redisUrl, secrets.redis),
    KAFKA_BROKERS: broker.brokers,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA: broker.ca,
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_USERNAME: USER.username,
    KAFKA_PASSWORD: USER.password,
    MLFLOW_TRACKING_URI: withPassword(door.uri, secrets.mlflow, 'asof'),
    TEMPORAL_API_KEY: secrets.temporal,
    AWS_SECRET_ACCESS_KEY: secrets.cloud,
  };
}

function withPassword(address: string, password: string, user?: string): string {
  const url = new URL(address);
  if (user !== undefined) url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** The Python that trains runs beside the worker, and is given no secret. */
function expectNoSecretsIn(worker: ShownCommand): void {
  const [trainer] = worker.family().filter(({ pid }) => commandOf(pid).includes('training/worker.py'));
  const { pid } = trainer!;
  const given = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  expect(leaksIn(new Map([['the trainer', given]]), Object.values(secrets))).toEqual([]);
}

/** Everything that a project does, from its events to a prediction. */
async function work({ project, model, environment, evidence }: Place): Promise<void> {
  await openShop(project);
  await withFolder(async (folder) => {
    const result = await project.asof
      .model(model)
      .train({ spine: await writeSpine(folder), out: join(folder, 'churn.parquet') });
    evidence.set('result of the training', JSON.stringify(result));
    expect(result.runUrl).toMatch(new RegExp(`^${door.uri}/`));
  });
  for (const table of TABLES) await project.asof.online(table).refresh();
  await serveRequests({ environment, evidence });
  for (const args of [
    ['stack', 'status', '--json'],
    ['stack', 'status'],
    ['stream', 'check', project.source, '--json'],
    ['dead-letters', 'list', project.source],
    ['lineage', 'model', `${model}/1`, '--json'],
    ['batch', 'check', BATCH_TABLES[0]!],
  ])
    await command({ environment, evidence }, args, {}, 0);
}

type Commanding = Pick<Place, 'environment' | 'evidence'>;

/** Runs a command, and keeps what it prints. */
async function command(
  { environment, evidence }: Commanding,
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  code: number,
): Promise<void> {
  const ran = await runAsof(args, { ...environment, ...variables });
  const said = ran.stdout + ran.stderr;
  expect(ran.code, said).toBe(code);
  evidence.set(`asof ${args.join(' ')} with ${Object.keys(variables).join(', ')}`, said);
}

/** Asks endpoints well and badly. The server logs in to MLflow with a token. */
async function serveRequests({ environment, evidence }: Commanding): Promise<void> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const token = { MLFLOW_TRACKING_URI: door.uri, MLFLOW_TRACKING_TOKEN: secrets.mlflowToken };
  const server = await showCommand(
    [...NODE, 'serve'],
    { ...environment, ...token, ASOF_SERVING_URL: url },
    /^serve: ready/,
  );
  const ask = async (what: string, endpoint: string, body: string, status: number): Promise<void> => {
    const answer = await fetch(`${url}/serving-endpoints/${endpoint}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(status);
    evidence.set(`answer to ${what}`, JSON.stringify([...answer.headers]) + text);
  };
  const good = JSON.stringify({ dataframe_records: [{ user_id: SHOPPER }] });
  door.does = 'fail';
  await ask('a request while MLflow fails', 'churn', good, 503);
  door.does = 'let in';
  await eventually('the model', async () => {
    const answer = await fetch(`${url}/serving-endpoints/churn/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: good,
    });
    return answer.ok;
  });
  await ask('a request', 'churn', good, 200);
  await ask('an unknown endpoint', 'nothing', good, 404);
  await ask('no JSON', 'churn', '{', 400);
  await ask('a record without a key', 'churn', JSON.stringify({ dataframe_records: [{}] }), 400);
  server.shown.kill('SIGTERM');
  await server.ended;
  evidence.set('log of serve', server.said.join('\n'));
}

/** Workflows that fail: by their input, and by servers that repeat the secret in their words. */
async function failInWorkflows(place: Place): Promise<void> {
  const { project, model, evidence } = place;
  await project.withTemporal(async ({ client, taskQueue }) => {
    const start = (type: string, input: object) =>
      client.workflow.start(type, {
        workflowId: `${type}/${newCanary().slice(6, 20)}`,
        taskQueue,
        args: [input],
      });
    const failed = async (type: string, input: object): Promise<void> => {
      const handle = await start(type, input);
      evidence.set(`failure of ${type}`, String(await handle.result().catch((error: unknown) => error)));
    };
    await failed('trainModel', { model, spine: '/proc/self/environ', out: '/tmp/canary.parquet' });
    await failed('buildTrainingSet', {});
    await failed('computeBatchFeatures', { table: BATCH_TABLES[0], from: 'yesterday', to: [] });
    await withFolder(async (folder) => {
      const spine = await writeSpine(folder);
      door.does = 'fail';
      const training = project.asof
        .model(model)
        .train({ spine, out: join(folder, 'refused.parquet') })
        .catch(String) as Promise<unknown>;
      await pendingFailure(place, 'trainModel', /cannot connect to MLflow/);
      door.does = 'refuse';
      const refusal = await training;
      expect(refusal).toMatch(/ASOF_MLFLOW_FORBIDDEN/);
      expect(refusal).toMatch(/not for Basic \*\*\* as asof:\*\*\*/);
      evidence.set('refusal of MLflow', JSON.stringify(refusal));
      door.does = 'let in';
    });
  });
  await failInDatabase(place);
}

/** The database refuses rows with words that repeat a password of the worker's settings. */
async function failInDatabase(place: Place): Promise<void> {
  const { project, evidence } = place;
  await project.pool.query(`
    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no row from postgres://asof:${secrets.kafka}@db, nor ${secrets.kafka}'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON asof.online_syncs EXECUTE FUNCTION public.refuse()`);
  const refreshing = project.asof.online(TABLES[0]!).refresh({ mode: 'snapshot' }).catch(String);
  await pendingFailure(place, 'refreshOnlineTable', /asof:\*\*\*@db, nor \*\*\*/);
  await project.pool.query('DROP FUNCTION public.refuse() CASCADE');
  evidence.set('result of the refresh', JSON.stringify(await refreshing));
}

/** Waits until an activity of a running workflow has failed, and keeps what Temporal shows of it. */
async function pendingFailure({ project, evidence }: Place, type: string, words: RegExp): Promise<void> {
  await project.withTemporal(({ client, taskQueue }) =>
    eventually(
      `a failure of ${type}`,
      async () => {
        const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`;
        for await (const { workflowId } of client.workflow.list({ query })) {
          const handle = client.workflow.getHandle(workflowId);
          const { raw } = await handle.describe();
          const failures = (raw.pendingActivities ?? []).flatMap(({ lastFailure }) => lastFailure ?? []);
          if (!failures.some(({ message }) => words.test(message ?? ''))) continue;
          const status = await handle.query('status').catch(String);
          evidence.set(`pending failure of ${type}`, JSON.stringify([failures, status]));
          return true;
        }
        return false;
      },
      TRAINS_WITHIN_MS,
    ),
  );
}

/** Commands that fail before, while and after they connect. */
async function failInCommands(place: Place): Promise<void> {
  const { project, environment } = place;
  const nowhere = `postgres://asof:${secrets.wrong}@127.0.0.1:1/asof`;
  const noPort = `postgres://asof:${secrets.wrong}@db:port/asof`;
  const fails = (args: string[], variables: NodeJS.ProcessEnv) =>
    command(place, [...args, '--verbose'], variables, 1);
  await fails(['dead-letters', 'list', project.source], { DATABASE_URL: nowhere });
  await fails(['worker'], { DATABASE_URL: noPort });
  await fails(['serve'], { REDIS_URL: `redis://asof:${secrets.wrong}@127.0.0.1:${redis.port}` });
  await fails(['serve'], { REDIS_URL: `redis://:${secrets.wrong}@127.0.0.1:port` });
  await fails(['worker'], { MLFLOW_TRACKING_URI: `mlflow:${secrets.wrong}@mlflow` });
  await fails(['worker'], { MLFLOW_TRACKING_TOKEN: secrets.mlflowToken });
  await fails(['stack', 'status'], { MLFLOW_TRACKING_URI: withPassword(door.uri, secrets.wrong, 'asof') });
  await withFolder(async (folder) => {
    const events = join(folder, 'events.ndjson');
    await writeFile(events, '{}\n');
    await fails(['import', events, '--source', project.source], { KAFKA_PASSWORD: secrets.wrong });
    await fails(['import', events, '--source', secrets.wrong], { ...environment, X_TOKEN: secrets.wrong });
  });
}

/** The Python that trains is killed, and the worker says so. */
async function failTraining(worker: ShownCommand): Promise<void> {
  for (const { pid } of worker.family())
    if (commandOf(pid).includes('training/worker.py')) process.kill(pid, 'SIGKILL');
  const isSaid = () =>
    Promise.resolve(worker.said.some((line) => line.includes('Python worker that trains')));
  await eventually('the word of the end of the trainer', isSaid);
}

/** Searches everything that is left of the project. */
async function search({ project, model, evidence }: Place): Promise<void> {
  const mlflow = createMlflow({ uri: stackEnvironment().MLFLOW_TRACKING_URI! });
  const tables = await tablesOf(project.pool);
  // The only place of the password that `apply` has made, which its owner alone can read.
  tables.delete('table asof.query_login');
  const found = new Map([...evidence, ...tables, ...(await mlflowOf(mlflow, model))]);
  for (const what of ['history of trainModel', 'table asof.', 'artifact', 'pending failure', 'log of'])
    expect([...found.keys()].filter((name) => name.startsWith(what)).length, what).toBeGreaterThan(0);
  expect(leaksIn(found, Object.values(secrets))).toEqual([]);
}
