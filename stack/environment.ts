import { type StackLayout, stackLayout } from './layout.ts';
import { portPlan } from './ports.ts';
import { readSecrets } from './secrets.ts';
import { asAdministrator, asAsof, asksForLogin, isAsofOn } from './servers/login.ts';
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
 *
 * @throws AsofError `ASOF_STACK_SECRETS_UNFIT` if one of the addresses needs a password.
 */
export function stackEnvironment(environment: NodeJS.ProcessEnv = process.env): Partial<StackEnvironment> {
  const layout = stackLayout(environment);
  const own = recorded(layout, environment);
  const named = [...serverVariables, 'ASOF_SERVING_URL', 'TEMPORAL_UI_URL', 'ASOF_TEMPORAL_CLI'] as const;
  const given = named.flatMap((variable) => {
    const isOwn = isServerVariable(variable) && own[variable] !== undefined;
    return environment[variable] && !isOwn ? [[variable, environment[variable]] as const] : [];
  });
  return { ...own, ...Object.fromEntries(given) };
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

function isServerVariable(variable: string): boolean {
  return (serverVariables as readonly string[]).includes(variable);
}

/** What `up` has recorded of the servers of which the environment names no other. */
function recorded(layout: StackLayout, environment: NodeJS.ProcessEnv): Partial<StackEnvironment> {
  const state = readState(layout.run);
  if (state === undefined) return {};
  const started = serverNames.flatMap((name) => {
    const server = state.servers[name];
    const given = server && environment[server.variable];
    return server && (!given || isAsofOn(server.url, given)) ? [{ name, ...server }] : [];
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
