import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { downloadArtifact, uploadArtifact } from './artifacts.ts';
import { type MlflowClient, send } from './client.ts';
import { artifactsOfExperiment, ensureExperiment, tagExperiment } from './experiments.ts';
import { type Said, ensureRegisteredModel, rewriteRegisteredModel } from './registry.ts';

/** Logged models, which a version is made of, came with it. */
const LEAST_MAJOR = 3;

/** A file of Asof beside the runs of an experiment, which each check writes anew. */
const PROBE = 'asof-check.txt';

/**
 * Does what logging a model will need, before anything is trained: asks the version, writes and reads an
 * artifact, and makes or changes the experiment and the registered model. Safe to repeat.
 *
 * @throws AsofError `ASOF_MLFLOW_VERSION_UNSUPPORTED`, `ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED`,
 * `ASOF_MLFLOW_FORBIDDEN`; the codes of `call`.
 */
export async function checkMlflow(client: MlflowClient, model: string, said: Said): Promise<void> {
  const name = client.namespace.mlflowName(model);
  await requireVersion(client);
  const experimentId = await allowed(client, `create the experiment '${name}' and runs in it`, async () => {
    const id = await ensureExperiment(client, model);
    await tagExperiment(client, id, 'asof.model', model);
    return id;
  });
  await allowed(client, `write and read artifacts of the experiment '${name}'`, () =>
    checkArtifacts(client, experimentId),
  );
  await allowed(client, `create and change the registered model '${name}'`, async () => {
    await ensureRegisteredModel(client, model, said);
    await rewriteRegisteredModel(client, model);
  });
}

async function requireVersion(client: MlflowClient): Promise<void> {
  const version = await allowed(client, 'ask for its version', () => versionOf(client));
  if (version !== undefined && Number.parseInt(version, 10) >= LEAST_MAJOR) return;
  throw new AsofError(
    'ASOF_MLFLOW_VERSION_UNSUPPORTED',
    `${client.uri} ${version === undefined ? 'does not answer /version as MLflow does' : `is MLflow ${version}`}; ` +
      `expected MLflow ${LEAST_MAJOR}.0 or later. Upgrade it, or set MLFLOW_TRACKING_URI to another`,
    { details: { version } },
  );
}

/** Undefined if the server does not say it as MLflow does. */
async function versionOf(client: MlflowClient): Promise<string | undefined> {
  try {
    const answer = await send(client, { method: 'get', url: '/version', responseType: 'text' });
    return versionSchema.safeParse(answer).data;
  } catch (error) {
    if (error instanceof AsofError && error.details.status === 404) return undefined;
    throw error;
  }
}

const versionSchema = z
  .string()
  .trim()
  .regex(/^\d+\.[\w.]{1,40}$/);

async function checkArtifacts(client: MlflowClient, experimentId: string): Promise<void> {
  const root = await artifactsOfExperiment(client, experimentId);
  const written = Buffer.from('Asof writes this file before each training, to see that it can.\n');
  await uploadArtifact(client, root, PROBE, written);
  const read = await downloadArtifact(client, root, PROBE);
  if (read.equals(written)) return;
  throw new AsofError(
    'ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED',
    `MLflow at ${client.uri} gives back other bytes than were written at '${root}/${PROBE}'; ` +
      'look at its artifact store, and at what stands between',
    { details: { artifactUri: root } },
  );
}

/** Says what a login may not do. Other errors stay as they are. */
async function allowed<Result>(
  client: MlflowClient,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AsofError) || ![401, 403].includes(cause.details.status as number)) throw cause;
    throw new AsofError(
      'ASOF_MLFLOW_FORBIDDEN',
      `the login of MLflow may not ${what}, so nothing is trained: ${cause.message}`,
      { details: { mlflow: client.uri, status: cause.details.status }, cause },
    );
  }
}
