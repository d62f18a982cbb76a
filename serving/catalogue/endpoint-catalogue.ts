import type { RegisteredEndpoint } from '../../db/online/endpoints.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { unknownDefinition } from '../../domain/registry/unknown-definition.ts';
import { type EndpointSource, type ServedEndpoint, servedLookup } from './endpoint.ts';

/** What the catalogue reads its endpoints and models from. */
export interface CatalogueSystems {
  readEndpoints(): Promise<RegisteredEndpoint[]>;
  loadModel(name: string, version: number): Promise<Pick<ServedEndpoint, 'model' | 'lookups'>>;
}

interface Entry {
  /** What the endpoint was made from. When this changes, the catalogue loads the endpoint again. */
  readonly fingerprint: string;
  readonly endpoint: Promise<ServedEndpoint>;
}

/**
 * The endpoints of the registry, each with its model loaded. The catalogue looks for changes at most once
 * every `maxAgeMs`, in the background. An endpoint serves its current version until the next one is loaded.
 */
export class EndpointCatalogue implements EndpointSource {
  readonly #systems: CatalogueSystems;
  readonly #maxAgeMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  #checkedAt = -Infinity;
  #checking: Promise<void> | undefined;

  constructor(
    systems: CatalogueSystems,
    { maxAgeMs, onError }: { maxAgeMs: number; onError: (error: unknown) => void },
  ) {
    this.#systems = systems;
    this.#maxAgeMs = maxAgeMs;
    this.#onError = onError;
  }

  async find(name: string): Promise<ServedEndpoint> {
    const isDue = performance.now() - this.#checkedAt > this.#maxAgeMs;
    if (!this.#entries.has(name)) await this.#check();
    else if (isDue) this.#check().catch(this.#onError);
    const entry = this.#entries.get(name);
    if (entry) return entry.endpoint;
    throw unknownDefinition('endpoint', name, this.#entries.keys());
  }

  /** Looks for changes. Concurrent callers share one check. */
  #check(): Promise<void> {
    this.#checking ??= this.#update().finally(() => {
      this.#checkedAt = performance.now();
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #update(): Promise<void> {
    const registered = await this.#systems.readEndpoints();
    const names = new Set(registered.map(({ definition }) => definition.name));
    for (const name of this.#entries.keys()) if (!names.has(name)) this.#entries.delete(name);
    await Promise.all(registered.map((endpoint) => this.#replace(endpoint)));
  }

  async #replace(registered: RegisteredEndpoint): Promise<void> {
    const { name } = registered.definition;
    const fingerprint = JSON.stringify(registered);
    if (this.#entries.get(name)?.fingerprint === fingerprint) return;
    const endpoint = this.#load(registered);
    try {
      await endpoint;
      this.#entries.set(name, { fingerprint, endpoint });
    } catch (error) {
      this.#onError(error);
      // Without an earlier version, requests get the error, and the next check tries again.
      if (!this.#entries.has(name)) this.#entries.set(name, { fingerprint: '', endpoint });
    }
  }

  async #load({ definition, modelVersion }: RegisteredEndpoint): Promise<ServedEndpoint> {
    const { name, model, lookups } = definition;
    if (model === null) return { name, lookups: lookups!.map(servedLookup), model: null };
    if (modelVersion === null) {
      throw new AsofError(
        'ASOF_MODEL_UNKNOWN',
        `endpoint '${name}' serves model '${model}', which has no version yet; train one with the workflow trainModel`,
        { details: { endpoint: name, model } },
      );
    }
    return { name, ...(await this.#systems.loadModel(model, modelVersion)) };
  }
}
