import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackLayout } from '../../../stack/layout.ts';
import { run } from '../../../stack/processes/run.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { java } from '../../../stack/software/kafka.ts';
import { expectLocked, lockFingerprint } from '../../../stack/software/locks/index.ts';
import { type Software, install } from '../../../stack/software/software.ts';
import { mavenDependencyPlugin } from '../../../stack/versions.ts';
import { eventually } from '../expectations/eventually.ts';
import { freePorts } from './own-broker.ts';

const VERSION = '2.6.13.Final';
const LOCK = join(import.meta.dirname, 'apicurio.sha256');
const ARCHIVE = `apicurio-registry-app-${VERSION}-all.tar.gz`;
/** Java starts beside other tests, with a core for itself at times only. */
const STARTS_WITHIN_MS = 180_000;

/** Apicurio Registry, which has Confluent's API. Only tests use it, so the stack does not install it. */
const apicurio: Software = {
  folder: `apicurio-${VERSION}-${lockFingerprint(LOCK)}`,
  how: 'fetching a schema registry with Maven',
  tools: [],
  build: async ({ folder, log, signal, detail }) => {
    const options = { cwd: folder, log, signal, detail };
    const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
    const copy = `org.apache.maven.plugins:maven-dependency-plugin:${mavenDependencyPlugin}:copy`;
    await run(
      'mvn',
      ['--batch-mode', '--strict-checksums', copy, `-Dartifact=${artifact}`, '-DoutputDirectory=download'],
      options,
    );
    expectLocked(join(folder, 'download'), LOCK);
    await run('tar', ['-xzf', join('download', ARCHIVE)], options);
    rmSync(join(folder, 'download'), { recursive: true });
  },
};

/** A schema in the registry. */
export interface Registered {
  readonly schema: string;
  readonly schemaType?: 'AVRO' | 'JSON' | 'PROTOBUF';
  readonly references?: readonly { name: string; subject: string; version: number }[];
}

/** A schema registry of a test's own, which holds its schemas in memory. */
export interface SchemaRegistry {
  /** The address of Confluent's API. */
  readonly url: string;
  /** Registers the next version of a subject, and returns the schema's id. */
  register(subject: string, schema: Registered): Promise<number>;
  /** Stops the registry and deletes its folder. */
  remove(): Promise<void>;
}

export async function startSchemaRegistry(): Promise<SchemaRegistry> {
  const { signal } = new AbortController();
  const reporter = reporterFor('schema registry', () => {});
  const software = await install(stackLayout(), apicurio, { reporter, signal });
  const [port] = (await freePorts(1)) as [number];
  const folder = mkdtempSync(join(tmpdir(), 'asof-schema-registry-'));
  const log = openSync(join(folder, 'registry.log'), 'a');
  const running = spawn(
    java.command,
    ['-Xmx384m', '-jar', join(software, `apicurio-registry-app-${VERSION}-runner.jar`)],
    {
      cwd: folder,
      env: { ...process.env, QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: String(port) },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const answers = async (): Promise<boolean> => {
    if (running.exitCode !== null) throw new Error(readFileSync(join(folder, 'registry.log'), 'utf8'));
    return fetch(`${url}/subjects`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually('the schema registry to answer', answers, STARTS_WITHIN_MS);
  return {
    url,
    register: (subject, schema) => register(url, subject, schema),
    remove: () => remove(running, folder),
  };
}

async function register(url: string, subject: string, schema: Registered): Promise<number> {
  const response = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(schema),
  });
  const answer = (await response.json()) as { readonly id?: number; readonly message?: string };
  if (answer.id === undefined)
    throw new Error(`the registry refused a schema of ${subject}: ${answer.message}`);
  return answer.id;
}

async function remove(running: ChildProcess, folder: string): Promise<void> {
  if (running.exitCode === null && running.signalCode === null) {
    const exited = once(running, 'exit');
    running.kill();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}
