import { Asof } from './asof.ts';
import type { ServerOptions } from './shared/systems.ts';

/**
 * A client of Asof's servers. It connects to each at the first call that needs it, and lets go of all when it is closed.
 *
 * @param servers Where they are. What is left out, the environment says, or the stack that runs.
 */
export async function connect(servers: ServerOptions = {}): Promise<Asof> {
  return Promise.resolve(new Asof(servers));
}
