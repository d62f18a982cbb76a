import { portHolder } from '../stack/processes/port-holder.ts';
import { deploymentNamespace } from './namespace.ts';
import { databaseUrl, mlflowSettings, redisUrl, servingUrl } from './servers.ts';

/** The servers of `asof serve`, and the host and port that it listens at, from `ASOF_SERVING_URL`. */
export function servingSettings() {
  const { hostname, port } = new URL(servingUrl());
  return {
    databaseUrl: databaseUrl(),
    redisUrl: redisUrl(),
    mlflow: mlflowSettings(),
    namespace: deploymentNamespace(),
    host: hostname,
    port: Number(port || 80),
    holderOf: portHolder,
  };
}
