import { AsofError } from '../../domain/errors/asof-error.ts';
import type { FeatureSpecification } from '../../domain/training/feature-specification.ts';
import { featureSpecificationSchema } from '../../schemas/serving/feature-specification-file.ts';
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
 * @throws AsofError `ASOF_MODEL_UNKNOWN`; `ASOF_MODEL_NOT_SERVABLE` for a version that Asof did not register.
 */
export async function downloadModel(
  client: MlflowClient,
  name: string,
  versionOrAlias: number | string,
): Promise<DownloadedModel> {
  const { version, artifactUri } = await locate(client, name, versionOrAlias);
  const at = `model version ${name}/${version}`;
  try {
    const [onnx, specification] = await Promise.all(
      ['model.onnx', 'feature_spec.json'].map((path) => downloadArtifact(client, artifactUri, path)),
    );
    const featureSpec = parseOrThrow(
      featureSpecificationSchema,
      JSON.parse(specification!.toString('utf8')),
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
      `MLflow at ${client.uri} has no model '${name}' with the version or alias '${versionOrAlias}'; train one with the workflow trainModel`,
      { details: { name, versionOrAlias }, cause },
    );
  }
}
