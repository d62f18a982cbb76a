import { Asof } from './asof.ts';
import type { ServerOptions } from './shared/connections.ts';

/**
 * Returns a client of Asof. It connects to a server at the first call that needs it, and closes all
 * connections when the program closes it.
 *
 * @param servers The options name the servers. An omitted server is that of the environment, otherwise that
 * of the running stack.
 * @example
 * ```ts
 * await using asof = await connect({
 *   databaseUrl: 'postgres://asof@db.example.com/asof',
 *   temporal: { address: 'temporal.example.com:7233' },
 * });
 * ```
 */
export async function connect(servers: ServerOptions = {}): Promise<Asof> {
  return Promise.resolve(new Asof(servers));
}
