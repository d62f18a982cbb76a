import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type StackLayout, makeStackFolders } from '../layout.ts';
import type { PortPlan } from '../ports.ts';
import { run } from '../processes/run.ts';
import type { Detail } from '../progress.ts';
import type { StackSecrets } from '../secrets.ts';
import type { ServerName } from '../servers/server.ts';

export const composeFile = resolve(import.meta.dirname, '../../docker-compose.yml');

export interface ComposeRun {
  layout: StackLayout;
  ports: PortPlan;
  /** What the containers start with. */
  secrets?: StackSecrets;
  signal: AbortSignal;
  detail?: Detail;
}

/** Starts the services and waits until their health checks pass. */
export function composeUp(services: readonly ServerName[], compose: ComposeRun): Promise<void> {
  return runCompose(['up', '--detach', '--wait', ...services], compose);
}

/** Removes the containers. Their volumes stay, with the data. */
export function composeDown(compose: ComposeRun): Promise<void> {
  return runCompose(['down'], compose);
}

/** The environment variables that give docker-compose.yml this stack's ports. */
export function composePorts(ports: PortPlan): Record<string, string> {
  return {
    ASOF_TEMPORAL_PORT: String(ports.temporal),
    ASOF_TEMPORAL_UI_PORT: String(ports.temporalUi),
    ASOF_KAFKA_PORT: String(ports.kafka),
    ASOF_TIMESCALEDB_PORT: String(ports.timescaledb),
    ASOF_REDIS_PORT: String(ports.redis),
    ASOF_MLFLOW_PORT: String(ports.mlflow),
  };
}

function runCompose(args: readonly string[], compose: ComposeRun): Promise<void> {
  const { layout, ports, secrets, signal, detail } = compose;
  makeStackFolders(layout);
  return run('docker', ['compose', '--project-name', `asof-${layout.name}`, '--file', composeFile, ...args], {
    cwd: layout.logs,
    env: { ...composePorts(ports), ...(secrets && withFingerprint(secrets)) },
    log: join(layout.logs, 'docker-compose.log'),
    signal,
    ...(detail && { detail }),
  });
}

/** The environment variables that give docker-compose.yml the passwords, and tell others from them. */
function withFingerprint(secrets: StackSecrets): Record<string, string> {
  const fingerprint = createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
  return { ...secrets, ASOF_PASSWORDS_FINGERPRINT: fingerprint };
}
