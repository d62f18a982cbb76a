import { Client, Connection } from '@temporalio/client';
import { unavailable } from '../../domain/errors/asof-error.ts';

/** A Temporal client, and the task queue that Asof's workers poll. */
export interface Temporal {
  readonly client: Client;
  readonly taskQueue: string;
}

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

/**
 * Runs `work` with a Temporal client and closes its connection.
 *
 * @throws AsofError `ASOF_TEMPORAL_UNAVAILABLE` (unavailable).
 */
export async function withTemporal<Result>(
  { address, namespace, taskQueue }: TemporalAddress,
  work: (temporal: Temporal) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address }).catch((error: unknown) => {
    throw unavailable('ASOF_TEMPORAL_UNAVAILABLE', `Temporal at ${address}`, 'TEMPORAL_ADDRESS', error);
  });
  try {
    return await work({ client: new Client({ connection, namespace }), taskQueue });
  } finally {
    await connection.close();
  }
}
