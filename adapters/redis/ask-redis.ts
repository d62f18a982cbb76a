import { Redis } from 'ioredis';

const TIMEOUT_MS = 3_000;

/** Pings the server at the URL. Throws the driver's error if it does not answer. */
export async function askRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let connectionError: Error | undefined;
  client.on('error', (error) => (connectionError = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw connectionError ?? error;
  } finally {
    client.disconnect();
  }
}
