import { databaseUrl, mlflowTrackingUri, redisUrl, servingUrl } from './servers.ts';

/** Where `asof serve` finds its servers, and where it listens: at the host and port of `ASOF_SERVING_URL`. */
export function servingSettings() {
  const { hostname, port } = new URL(servingUrl());
  return {
    databaseUrl: databaseUrl(),
    redisUrl: redisUrl(),
    mlflowUri: mlflowTrackingUri(),
    host: hostname,
    port: Number(port || 80),
  };
}
