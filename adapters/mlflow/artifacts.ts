import { AsofError } from '../../domain/errors/asof-error.ts';
import { artifactPath } from './artifact-path.ts';
import { type MlflowClient, send } from './client.ts';

/** Uploads a file to `path` below an artifact URI, and replaces an existing file. */
export async function uploadArtifact(
  client: MlflowClient,
  artifactUri: string,
  path: string,
  content: Buffer,
): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  await send(client, { method: 'put', url: proxied(artifactUri, path), data: content, headers });
}

/** Downloads the file at `path` below an artifact URI. */
export async function downloadArtifact(
  client: MlflowClient,
  artifactUri: string,
  path: string,
): Promise<Buffer> {
  const url = proxied(artifactUri, path);
  return (await send(client, { method: 'get', url, responseType: 'arraybuffer' })) as Buffer;
}

/**
 * The path of an artifact at MLflow's own proxy. Other stores (s3://…) would need clients of their own.
 *
 * @throws AsofError `ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED` for another store; `ASOF_ARTIFACT_PATH_INVALID`.
 */
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
  const segments = `${pathname}/${artifactPath(path)}`.split('/').filter(Boolean);
  return `/api/2.0/mlflow-artifacts/artifacts/${segments.map(encodeURIComponent).join('/')}`;
}
