import { type MlflowAccess, mlflowAccess } from '../../adapters/mlflow/access.ts';

const TIMEOUT_MS = 10_000;

/**
 * Asks for health and experiments. The first search creates MLflow's tables, so no user's request waits for
 * that. The login of the environment belongs to the server that the environment names.
 */
export async function askMlflow(uri: string): Promise<void> {
  const isNamed = uri === process.env.MLFLOW_TRACKING_URI;
  const access = mlflowAccess({ ...(isNamed && process.env), MLFLOW_TRACKING_URI: uri });
  await get(access, 'health');
  await get(access, 'api/2.0/mlflow/experiments/search?max_results=1');
}

async function get({ uri, authorization }: MlflowAccess, path: string): Promise<void> {
  const response = await fetch(`${uri}/${path}`, {
    headers: authorization === undefined ? {} : { authorization },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.text();
  if (response.status === 401 || response.status === 403)
    throw new Error(
      `${uri}/${path} answered ${response.status}; MLFLOW_TRACKING_… has no login that it takes`,
    );
  if (response.status >= 500) throw new Error(`${uri}/${path} answered ${response.status}`);
}
