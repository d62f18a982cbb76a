const TIMEOUT_MS = 10_000;

/**
 * Asks for health and experiments. The first search creates MLflow's tables, so no user's request waits for
 * that.
 */
export async function askMlflow(uri: string): Promise<void> {
  await get(`${uri}/health`);
  await get(`${uri}/api/2.0/mlflow/experiments/search?max_results=1`);
}

async function get(address: string): Promise<void> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.text();
  if (response.status >= 500) throw new Error(`${address} answered ${response.status}`);
}
