import { AsofError } from '../../domain/errors/asof-error.ts';
import { type MlflowClient, send } from './client.ts';

/** Puts a file below an artifact URI; one that is there is replaced. */
export async function uploadArtifact(
  client: MlflowClient,
  artifactUri: string,
  path: string,
  content: Buffer,
): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  await send(client, { method: 'put', url: proxied(artifactUri, path), data: content, headers });
}

export async function downloadArtifact(
  client: MlflowClient,
  artifactUri: string,
  path: string,
): Promise<Buffer> {
  const url = proxied(artifactUri, path);
  return (await send(client, { method: 'get', url, responseType: 'arraybuffer' })) as Buffer;
}

/** Where MLflow's own proxy has a file; other stores (s3://…) would take clients of their own. */
function proxied(artifactUri: string, path: string): string {
  const { protocol, pathname } = new URL(artifactUri);
  if (protocol !== 'mlflow-artifacts:') {
    throw new AsofError(
      'ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED',
      `MLflow keeps these artifacts at '${artifactUri}', which Asof cannot reach; it works through MLflow's proxy ` +
        '(mlflow-artifacts:/…). Start MLflow with --serve-artifacts and --default-artifact-root mlflow-artifacts:/',
      { details: { artifactUri } },
    );
  }
  const segments = `${pathname}/${path}`.split('/').filter(Boolean);
  return `/api/2.0/mlflow-artifacts/artifacts/${segments.map(encodeURIComponent).join('/')}`;
}
