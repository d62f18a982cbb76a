import { stackLayout } from './layout.ts';
import { portPlan } from './ports.ts';
import { serverVariables } from './servers/server.ts';
import { isInstalled, softwarePath } from './software/software.ts';
import { temporalBinary, temporalSoftware } from './software/temporal.ts';
import { type StackState, readState } from './state.ts';

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
 * The addresses of the servers: from the environment, otherwise from the record of `up`. A server that is in
 * neither is absent. Reads a file, and connects to no server.
 */
export function stackEnvironment(environment: NodeJS.ProcessEnv = process.env): Partial<StackEnvironment> {
  const state = readState(stackLayout(environment).run);
  const named: Partial<StackEnvironment> = Object.fromEntries(
    [...serverVariables, 'ASOF_SERVING_URL', 'TEMPORAL_UI_URL', 'ASOF_TEMPORAL_CLI'].flatMap((variable) =>
      environment[variable] ? [[variable, environment[variable]]] : [],
    ),
  );
  return { ...recorded(state, temporalCliPath(environment)), ...named };
}

/** The path of the native stack's `temporal` command; undefined if it is not installed. */
export function temporalCliPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const layout = stackLayout(environment);
  return isInstalled(layout, temporalSoftware)
    ? temporalBinary(softwarePath(layout, temporalSoftware))
    : undefined;
}

function recorded(state: StackState | undefined, cli: string | undefined): Partial<StackEnvironment> {
  if (state === undefined) return {};
  const ports = portPlan(state.portBase);
  const servers = Object.values(state.servers).map(({ variable, url }) => [variable, url] as const);
  return {
    ...Object.fromEntries(servers),
    ASOF_SERVING_URL: `http://127.0.0.1:${ports.serving}`,
    ...(state.servers.temporal && { TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}` }),
    ...(cli && { ASOF_TEMPORAL_CLI: cli }),
  };
}
