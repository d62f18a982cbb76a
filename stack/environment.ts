import { type StackLayout, stackLayout } from './layout.ts';
import { portPlan } from './ports.ts';
import { readSecrets } from './secrets.ts';
import { asAdministrator, asAsof, asksForLogin } from './servers/login.ts';
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
 * record of `up`. A server that is in neither is absent. Reads files, and connects to no server.
 *
 * @throws AsofError `ASOF_STACK_SECRETS_UNFIT` if one of the addresses needs a password.
 */
export function stackEnvironment(environment: NodeJS.ProcessEnv = process.env): Partial<StackEnvironment> {
  const layout = stackLayout(environment);
  const named: Partial<StackEnvironment> = Object.fromEntries(
    [...serverVariables, 'ASOF_SERVING_URL', 'TEMPORAL_UI_URL', 'ASOF_TEMPORAL_CLI'].flatMap((variable) =>
      environment[variable] ? [[variable, environment[variable]]] : [],
    ),
  );
  return { ...recorded(layout, environment), ...named };
}

/**
 * The URL of this stack's Postgres with the login of its only superuser, for what looks after the server
 * itself. Undefined if this stack runs no Postgres.
 */
export function administratorUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const layout = stackLayout(environment);
  const url = readState(layout.run)?.servers.timescaledb?.url;
  const secrets = url === undefined ? undefined : readSecrets(layout.secrets);
  return url && secrets && asAdministrator(url, secrets);
}

/** The path of the native stack's `temporal` command; undefined if it is not installed. */
export function temporalCliPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const layout = stackLayout(environment);
  return isInstalled(layout, temporalSoftware)
    ? temporalBinary(softwarePath(layout, temporalSoftware))
    : undefined;
}

/** What `up` has recorded of the servers that the environment does not name. */
function recorded(layout: StackLayout, environment: NodeJS.ProcessEnv): Partial<StackEnvironment> {
  const state = readState(layout.run);
  if (state === undefined) return {};
  const started = serverNames.flatMap((name) => {
    const server = state.servers[name];
    return server && !environment[server.variable] ? [{ name, ...server }] : [];
  });
  const needsPassword = started.some(({ name }) => asksForLogin(name));
  const secrets = needsPassword ? readSecrets(layout.secrets) : undefined;
  if (needsPassword && secrets === undefined) return {};
  const ports = portPlan(state.portBase);
  const cli = temporalCliPath(environment);
  return {
    ...Object.fromEntries(
      started.map(({ name, variable, url }) => [variable, secrets ? asAsof(name, url, secrets) : url]),
    ),
    ASOF_SERVING_URL: `http://127.0.0.1:${ports.serving}`,
    ...(state.servers.temporal && { TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}` }),
    ...(cli && { ASOF_TEMPORAL_CLI: cli }),
  };
}
