const meantForClients = /^(PG|MLFLOW_|_MLFLOW_|TEMPORAL_|KAFKA_|PYTHONHOME|PYTHONPATH)/;

/**
 * The environment for a server, without the variables that a shell sets for clients. Every shell gives the
 * same.
 */
export function serverProcessEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !meantForClients.test(name)));
}
