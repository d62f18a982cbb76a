const meantForClients = /^(PG|MLFLOW_|_MLFLOW_|TEMPORAL_|KAFKA_|PYTHONHOME|PYTHONPATH)/;

/** A server starts the same from any shell: without the variables that a shell sets for its clients. */
export function serverProcessEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !meantForClients.test(name)));
}
