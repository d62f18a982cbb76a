import { type StackLayout, stackLayout } from './layout.ts';
import { portPlan } from './ports.ts';
import { readSecrets } from './secrets.ts';
import { asAdministrator, asAsof, isAsofOn } from './servers/login.ts';
import { serverNames, serverVariables } from './servers/server.ts';
import { isInstalled, softwarePath } from './software/software.ts';
import { temporalBinary, temporalSoftware } from './software/temporal.ts';
import { readState } from './state.ts';

export type StackEnvironment = Record<
  | 'DATABASE_URL'
  | 'KAFKA_BROKERS'
  | 'REDIS_URL'
  | 'MLFLOW_TRACKING_URI'
  | 'TEMPORAL_ADDRESS'
  | 'ASOF_SERVING_URL',
  string
> & { TEMPORAL_UI_URL?: string; ASOF_TEMPORAL_CLI?: string };

/**
 * The addresses of the servers, with the passwords of this stack: from the environment, otherwise from the
 * record of `up`. A server that is in neither is absent. An environment that names a server of this stack
 * without its password, or with an older one, gets that of now. Reads files, and connects to no server.
 */
export function stackEnvironment(environment: NodeJS.ProcessEnv = process.env): Partial<StackEnvironment> {
  const layout = stackLayout(environment);
  const own = recorded(layout, temporalCliPath(environment));
  const variables = [...serverVariables, 'ASOF_SERVING_URL', 'TEMPORAL_UI_URL', 'ASOF_TEMPORAL_CLI'] as const;
  const named: Partial<StackEnvironment> = Object.fromEntries(
    variables.flatMap((variable) => {
      const [given, known] = [environment[variable], own[variable]];
      return !given || (known && isAsofOn(known, given)) ? [] : [[variable, given]];
    }),
  );
  return { ...own, ...named };
}

/**
 * The URL of this stack's Postgres with the login of its only superuser, for what looks after the server
 * itself. Undefined if this stack runs no Postgres.
 */
export function administratorUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const layout = stackLayout(environment);
  const url = readState(layout.run)?.servers.timescaledb?.url;
  const secrets = readSecrets(layout.secrets);
  return url && secrets && asAdministrator(url, secrets);
}

/** The path of the native stack's `temporal` command; undefined if it is not installed. */
export function temporalCliPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const layout = stackLayout(environment);
  return isInstalled(layout, temporalSoftware)
    ? temporalBinary(softwarePath(layout, temporalSoftware))
    : undefined;
}

function recorded(layout: StackLayout, cli: string | undefined): Partial<StackEnvironment> {
  const state = readState(layout.run);
  const secrets = readSecrets(layout.secrets);
  if (state === undefined || secrets === undefined) return {};
  const ports = portPlan(state.portBase);
  const servers = serverNames.flatMap((name) => {
    const started = state.servers[name];
    return started ? [[started.variable, asAsof(name, started.url, secrets)] as const] : [];
  });
  return {
    ...Object.fromEntries(servers),
    ASOF_SERVING_URL: `http://127.0.0.1:${ports.serving}`,
    ...(state.servers.temporal && { TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}` }),
    ...(cli && { ASOF_TEMPORAL_CLI: cli }),
  };
}
