import { hash } from 'node:crypto';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { FeatureSpecification } from '../../domain/training/feature-specification.ts';
import { featureSpecificationFileSchema } from '../../schemas/serving/feature-specification-file.ts';
import { parseOrThrow } from '../../schemas/values/parse.ts';
import { downloadArtifact } from './artifacts.ts';
import { type MlflowClient, isRefusal } from './client.ts';
import { artifactUriOf, versionOfAlias } from './registry.ts';

/** The parts of a registered model version that serving needs. */
export interface DownloadedModel {
  readonly version: number;
  readonly onnx: Buffer;
  readonly featureSpec: FeatureSpecification;
}

/**
 * Downloads a model version by its number or by an alias.
 *
 * @param recorded the SHA-256 of a version's files by their paths, or null if none were recorded.
 * @throws AsofError `ASOF_MODEL_UNKNOWN`; `ASOF_MODEL_NOT_SERVABLE` for a version that Asof did not register;
 * `ASOF_MODEL_CHANGED` if a file is not as it was logged.
 */
export async function downloadModel(
  client: MlflowClient,
  name: string,
  versionOrAlias: number | string,
  recorded: (version: number) => Promise<Readonly<Record<string, string>> | null>,
): Promise<DownloadedModel> {
  const { version, artifactUri } = await locate(client, name, versionOrAlias);
  const at = `model version ${name}/${version}`;
  try {
    const hashes = await recorded(version);
    const [onnx, specification] = await Promise.all(
      ['model.onnx', 'feature_spec.json'].map(async (path) => {
        const content = await downloadArtifact(client, artifactUri, path);
        if (hashes && hashes[path] !== hash('sha256', content)) throw changed(at, path);
        return content;
      }),
    );
    const featureSpec = parseOrThrow(
      featureSpecificationFileSchema,
      specification!.toString('utf8'),
      'ASOF_MODEL_NOT_SERVABLE',
      `feature_spec.json of ${at}`,
    );
    return { version, onnx: onnx!, featureSpec };
  } catch (cause) {
    if (!(cause instanceof AsofError) || cause.code !== 'ASOF_MLFLOW_REFUSED') throw cause;
    throw new AsofError(
      'ASOF_MODEL_NOT_SERVABLE',
      `${at} has no model.onnx with a feature_spec.json; Asof serves the versions that trainModel registered`,
      { details: { name, version }, cause },
    );
  }
}

async function locate(client: MlflowClient, name: string, versionOrAlias: number | string) {
  try {
    const version =
      typeof versionOrAlias === 'number'
        ? versionOrAlias
        : (await versionOfAlias(client, name, versionOrAlias)).version;
    return { version, artifactUri: await artifactUriOf(client, name, version) };
  } catch (cause) {
    const missing = ['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'];
    if (!missing.some((code) => isRefusal(cause, code))) throw cause;
    throw new AsofError(
      'ASOF_MODEL_UNKNOWN',
      `MLflow has no model '${name}' with the version or alias '${versionOrAlias}'; train one with the workflow trainModel`,
      { details: { name, versionOrAlias }, cause },
    );
  }
}

function changed(at: string, path: string): AsofError {
  return new AsofError(
    'ASOF_MODEL_CHANGED',
    `${path} of ${at} in MLflow is not the file that its training logged, so it is not served. ` +
      'Find out who changed it; put the logged file back, or train again',
    { details: { path } },
  );
}
