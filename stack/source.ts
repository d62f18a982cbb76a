import { AsofError } from '../domain/errors/asof-error.ts';
import { engineAnswers } from './compose/engine.ts';
import type { PortPlan } from './ports.ts';
import { withoutLogin } from './servers/login.ts';
import type { Server } from './servers/server.ts';
import type { StackState } from './state.ts';

/** Where a server comes from, in order of precedence. */
export type ServerOrigin = 'environment' | 'compose' | 'native';

interface Circumstances {
  ports: PortPlan;
  state: StackState | undefined;
  environment: NodeJS.ProcessEnv;
}

/**
 * Chooses where each server comes from. A server that the environment names is used. A server that this stack
 * already runs stays where it is. The others run in Docker if an engine answers, otherwise natively. The
 * engine is asked only if there are such servers.
 *
 * @throws AsofError `ASOF_STACK_WITH_INVALID`.
 */
export async function chooseSources(
  servers: readonly Server[],
  { ports, state, environment }: Circumstances,
): Promise<Map<Server, ServerOrigin>> {
  const preferred = preferredSource(environment);
  const settled = servers.map((server) =>
    isNamed(server, ports, environment) ? 'environment' : (preferred ?? state?.servers[server.name]?.source),
  );
  const rest = settled.includes(undefined) && (await engineAnswers()) ? 'compose' : 'native';
  return new Map(servers.map((server, index) => [server, settled[index] ?? rest]));
}

/**
 * Whether the environment names a server outside this stack. The stack's own address does not count, with
 * whatever login, so that a shell with the output of `asof stack env` can start the stack.
 */
export function isNamed(server: Server, ports: PortPlan, environment: NodeJS.ProcessEnv): boolean {
  const given = environment[server.variable];
  return given !== undefined && given !== '' && withoutLogin(given) !== server.url(ports);
}

/** The value of `ASOF_STACK_WITH`, which chooses between Docker and native servers. */
function preferredSource(environment: NodeJS.ProcessEnv): 'compose' | 'native' | undefined {
  const given = environment.ASOF_STACK_WITH;
  if (!given) return undefined;
  if (given === 'compose' || given === 'native') return given;
  throw new AsofError(
    'ASOF_STACK_WITH_INVALID',
    `ASOF_STACK_WITH is '${given}'; expected 'compose' or 'native', or unset to use Docker where it answers.`,
  );
}
