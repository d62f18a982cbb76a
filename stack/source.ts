import { AsofError } from '../domain/errors/asof-error.ts';
import { engineAnswers } from './compose/engine.ts';
import type { PortPlan } from './ports.ts';
import type { Server } from './servers/server.ts';
import type { StackState } from './state.ts';

/** Where a server comes from, in the order of precedence. */
export type Source = 'environment' | 'compose' | 'native';

interface Circumstances {
  ports: PortPlan;
  state: StackState | undefined;
  environment: NodeJS.ProcessEnv;
}

/**
 * A server that the environment names is used; one that this stack runs already stays where it runs; for the
 * rest a Docker engine decides, which is asked only when it matters.
 */
export async function chooseSources(
  servers: readonly Server[],
  { ports, state, environment }: Circumstances,
): Promise<Map<Server, Source>> {
  const preferred = preferredSource(environment);
  const settled = servers.map((server) =>
    isNamed(server, ports, environment) ? 'environment' : (preferred ?? state?.servers[server.name]?.source),
  );
  const rest = settled.includes(undefined) && (await engineAnswers()) ? 'compose' : 'native';
  return new Map(servers.map((server, place) => [server, settled[place] ?? rest]));
}

/**
 * Whether the environment names a server of somebody else. This stack's own address does not count: a shell
 * that has taken over `asof stack env` should still be able to start the stack.
 */
export function isNamed(server: Server, ports: PortPlan, environment: NodeJS.ProcessEnv): boolean {
  const given = environment[server.variable];
  return Boolean(given) && given !== server.url(ports);
}

/** `ASOF_STACK_WITH` decides between Docker and native where both would do. */
function preferredSource(environment: NodeJS.ProcessEnv): 'compose' | 'native' | undefined {
  const given = environment.ASOF_STACK_WITH;
  if (!given) return undefined;
  if (given === 'compose' || given === 'native') return given;
  throw new AsofError(
    'ASOF_STACK_WITH_INVALID',
    `ASOF_STACK_WITH is '${given}'; expected 'compose' or 'native', or unset to use Docker where it answers.`,
  );
}
