import { Client, Connection } from '@temporalio/client';

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

/** Runs `work` with a Temporal client and closes its connection. */
export async function withTemporal<Result>(
  { address, namespace, taskQueue }: TemporalAddress,
  work: (temporal: Temporal) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address });
  try {
    return await work({ client: new Client({ connection, namespace }), taskQueue });
  } finally {
    await connection.close();
  }
}
