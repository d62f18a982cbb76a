import { z } from 'zod';
import { type MlflowClient, call, isRefusal } from './client.ts';
import { keyValues } from './tags.ts';

const versionSchema = z.object({ version: z.string(), run_id: z.string().default('') });

/** A version of a registered model, and the run that made it. */
export interface RegisteredVersion {
  readonly version: number;
  readonly runId: string;
}

/** What people say of a model, for MLflow's pages. */
export interface Said {
  readonly description?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The tags of Asof begin so. All others are of people. */
const OWN_TAG = 'asof.';

/**
 * Creates the registered model, or makes one that exists say the same: tags of Asof that are no longer said go, and
 * without a description it keeps the one it has, since people write them in MLflow too.
 */
export async function ensureRegisteredModel(
  client: MlflowClient,
  model: string,
  said: Said = { tags: {} },
): Promise<void> {
  const { description, tags } = said;
  const input = { name: client.namespace.mlflowName(model), description, tags: keyValues(tags) };
  try {
    await call(client, { method: 'post', path: 'registered-models/create', input }, z.object({}));
  } catch (error) {
    if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    await sayOfModel(client, input.name, said);
  }
}

const saidSchema = z.object({
  registered_model: z.object({
    description: z.string().default(''),
    tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
  }),
});

async function saidOfModel(client: MlflowClient, name: string) {
  const input = { name };
  return (await call(client, { method: 'get', path: 'registered-models/get', input }, saidSchema))
    .registered_model;
}

/** Writes the description of a registered model as it is: a change that needs the right to change it. */
export async function rewriteRegisteredModel(client: MlflowClient, model: string): Promise<void> {
  const name = client.namespace.mlflowName(model);
  const { description } = await saidOfModel(client, name);
  const input = { name, description };
  await call(client, { method: 'patch', path: 'registered-models/update', input }, z.object({}));
}

async function sayOfModel(client: MlflowClient, name: string, { description, tags }: Said): Promise<void> {
  const model = await saidOfModel(client, name);
  const change = async (method: 'post' | 'patch' | 'delete', path: string, what: object) =>
    call(client, { method, path: `registered-models/${path}`, input: { name, ...what } }, z.object({}));
  if (description !== undefined && description !== model.description)
    await change('patch', 'update', { description });
  const before = new Map(model.tags.map(({ key, value }) => [key, value]));
  for (const tag of keyValues(tags))
    if (before.get(tag.key) !== tag.value) await change('post', 'set-tag', tag);
  for (const key of before.keys())
    if (key.startsWith(OWN_TAG) && !Object.hasOwn(tags, key)) await change('delete', 'delete-tag', { key });
}

/** The version that was registered from a run; undefined if there is none. */
export async function findVersionOfRun(
  client: MlflowClient,
  model: string,
  runId: string,
): Promise<RegisteredVersion | undefined> {
  const name = client.namespace.mlflowName(model);
  const input = { filter: `name = '${name}' and run_id = '${runId}'`, max_results: 1 };
  const answer = z.object({ model_versions: z.array(versionSchema).default([]) });
  const [found] = (await call(client, { method: 'get', path: 'model-versions/search', input }, answer))
    .model_versions;
  return found && registered(found);
}

/** Registers a logged model as the next version. */
export async function createVersion(
  client: MlflowClient,
  version: Said & { readonly model: string; readonly modelId: string; readonly runId: string },
): Promise<RegisteredVersion> {
  const { model, modelId, runId, description, tags } = version;
  const name = client.namespace.mlflowName(model);
  const source = `models:/${modelId}`;
  const input = { name, source, model_id: modelId, run_id: runId, description, tags: keyValues(tags) };
  const answer = z.object({ model_version: versionSchema });
  return registered(
    (await call(client, { method: 'post', path: 'model-versions/create', input }, answer)).model_version,
  );
}

const aliasesSchema = z.object({
  registered_model: z.object({
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
});

/** The aliases of a registered model, each with its version. None where MLflow has no such model. */
export async function aliasesOf(
  client: MlflowClient,
  model: string,
): Promise<{ readonly alias: string; readonly version: number }[]> {
  const input = { name: client.namespace.mlflowName(model) };
  try {
    const found = await call(client, { method: 'get', path: 'registered-models/get', input }, aliasesSchema);
    return found.registered_model.aliases.map(({ alias, version }) => ({ alias, version: Number(version) }));
  } catch (error) {
    if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) return [];
    throw error;
  }
}

/** The version that an alias points to. A missing alias is a refusal: see {@link isRefusal}. */
export async function versionOfAlias(
  client: MlflowClient,
  model: string,
  alias: string,
): Promise<RegisteredVersion> {
  const name = client.namespace.mlflowName(model);
  const answer = z.object({ model_version: versionSchema });
  return registered(
    (await call(client, { method: 'get', path: 'registered-models/alias', input: { name, alias } }, answer))
      .model_version,
  );
}

/** Makes an alias point to a version instead of to its earlier one. */
export async function setAlias(
  client: MlflowClient,
  model: string,
  alias: string,
  version: number,
): Promise<void> {
  const name = client.namespace.mlflowName(model);
  const input = { name, alias, version: String(version) };
  await call(client, { method: 'post', path: 'registered-models/alias', input }, z.object({}));
}

/** The URI of a version's artifacts. */
export async function artifactUriOf(client: MlflowClient, model: string, version: number): Promise<string> {
  const name = client.namespace.mlflowName(model);
  const input = { name, version: String(version) };
  const answer = z.object({ artifact_uri: z.string() });
  return (await call(client, { method: 'get', path: 'model-versions/get-download-uri', input }, answer))
    .artifact_uri;
}

/** The page of a version. */
export function versionUrl({ uri, namespace }: MlflowClient, model: string, version: number): string {
  return `${uri}/#/models/${namespace.mlflowName(model)}/versions/${version}`;
}

function registered({ version, run_id }: z.output<typeof versionSchema>): RegisteredVersion {
  return { version: Number(version), runId: run_id };
}
