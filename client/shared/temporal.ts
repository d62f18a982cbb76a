import { Client, Connection } from '@temporalio/client';
import type { TemporalSettings } from '../../config/servers.ts';
import { unavailable } from '../../domain/errors/asof-error.ts';
import { Namespace } from '../../domain/namespace.ts';
import { CallRetries } from './call-retries.ts';

/** A Temporal client, the task queue that Asof's workers poll, and what gives workflows their ids. */
export interface Temporal {
  readonly client: Client;
  readonly taskQueue: string;
  readonly deployment: Namespace;
  /** Closes the connection. */
  close(): Promise<void>;
}

/**
 * Connects to Temporal. The caller closes `client.connection`.
 *
 * @throws AsofError `ASOF_TEMPORAL_UNAVAILABLE` (unavailable).
 */
export async function connectTemporal(
  { address, namespace, taskQueue }: TemporalSettings,
  deployment = Namespace.default,
): Promise<Temporal> {
  const retries = new CallRetries();
  const interceptors = [retries.interceptor];
  const connection = await Connection.connect({ address, interceptors }).catch((error: unknown) => {
    throw unavailable('ASOF_TEMPORAL_UNAVAILABLE', `Temporal at ${address}`, 'TEMPORAL_ADDRESS', error);
  });
  return {
    client: new Client({ connection, namespace }),
    taskQueue,
    deployment,
    async close() {
      await retries.end();
      await connection.close();
    },
  };
}
