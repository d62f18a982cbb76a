import { askMlflow } from '../readiness/mlflow.ts';
import { pythonBinary, pythonSoftware } from '../software/python.ts';
import { versions } from '../versions.ts';
import type { Launch, Server, ServerLocation } from './server.ts';

export const mlflow: Server = {
  name: 'mlflow',
  title: `MLflow ${versions.mlflow}`,
  variable: 'MLFLOW_TRACKING_URI',
  ports: (plan) => ({ HTTP: plan.mlflow }),
  url: (plan) => `http://127.0.0.1:${plan.mlflow}`,
  software: pythonSoftware,
  runsOn: [],
  launch,
  ask: askMlflow,
};

/**
 * Starts MLflow's own application without the command `mlflow server`. That command imports everything twice
 * and starts eight helper processes, which doubled the time to the first answer. The variables that begin
 * with an underscore are those by which the command passes its options to the application in the pinned
 * version.
 */
function launch({ software, data, ports }: ServerLocation): Launch {
  const store = `sqlite:///${data}/mlflow.db`;
  return {
    command: pythonBinary(software),
    args: [
      ...['-m', 'uvicorn', 'mlflow.server.fastapi_app:app'],
      ...['--host', '127.0.0.1', '--port', String(ports.mlflow), '--workers', '1'],
    ],
    env: {
      _MLFLOW_SGI_NAME: 'uvicorn',
      _MLFLOW_SERVER_FILE_STORE: store,
      _MLFLOW_SERVER_REGISTRY_STORE: store,
      _MLFLOW_SERVER_ARTIFACT_ROOT: 'mlflow-artifacts:/',
      _MLFLOW_SERVER_ARTIFACT_DESTINATION: `${data}/artifacts`,
      _MLFLOW_SERVER_SERVE_ARTIFACTS: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: 'true',
      PYTHONDONTWRITEBYTECODE: '',
    },
  };
}
