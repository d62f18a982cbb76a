import type { RegisteredEndpoint } from '../../db/online/endpoints.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { unknownDefinition } from '../../domain/registry/unknown-definition.ts';
import { type EndpointSource, type ServedEndpoint, servedFeatures } from './endpoint.ts';

/** What the catalogue reads its endpoints and models from. */
export interface CatalogueSystems {
  readEndpoints(): Promise<RegisteredEndpoint[]>;
  loadModel(name: string, version: number): Promise<Omit<ServedEndpoint, 'name'>>;
}

interface Entry {
  /** What the endpoint was made from. When this changes, the catalogue loads the endpoint again. */
  readonly fingerprint: string;
  readonly endpoint: Promise<ServedEndpoint>;
}

export interface CatalogueOptions {
  /** How soon a change of a known endpoint is noticed, in ms. */
  readonly maxAgeMs: number;
  /** For how long nobody reads the registry again for a name that it lacked, in ms. */
  readonly unknownMaxAgeMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * The endpoints of the registry, each with its model loaded. The catalogue looks for changes at most once
 * every `maxAgeMs`, in the background. An endpoint serves its current version until the next one is loaded.
 * Names that are unknown cost one read of the registry every `unknownMaxAgeMs`, however many are asked for.
 */
export class EndpointCatalogue implements EndpointSource {
  readonly #systems: CatalogueSystems;
  readonly #options: CatalogueOptions;
  readonly #entries = new Map<string, Entry>();
  #checkedAt = -Infinity;
  #isChecking = false;
  /** The running check, else the last one. */
  #check: Promise<void> = Promise.resolve();

  constructor(systems: CatalogueSystems, options: CatalogueOptions) {
    this.#systems = systems;
    this.#options = options;
  }

  async find(name: string): Promise<ServedEndpoint> {
    const { maxAgeMs, unknownMaxAgeMs, onError } = this.#options;
    if (!this.#entries.has(name)) await (this.#isDue(unknownMaxAgeMs) ? this.#startCheck() : this.#check);
    else if (this.#isDue(maxAgeMs)) this.#startCheck().catch(onError);
    const entry = this.#entries.get(name);
    if (entry) return entry.endpoint;
    throw unknownDefinition('endpoint', name, this.#entries.keys());
  }

  #isDue(ageMs: number): boolean {
    return !this.#isChecking && performance.now() - this.#checkedAt > ageMs;
  }

  /** Looks for changes. Whoever asks for an unknown name meanwhile, or soon after, shares the check and its failure. */
  #startCheck(): Promise<void> {
    this.#isChecking = true;
    this.#check = this.#update().finally(() => {
      this.#checkedAt = performance.now();
      this.#isChecking = false;
    });
    return this.#check;
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
      this.#options.onError(error);
      // Without an earlier version, requests get the error, and the next check tries again.
      if (!this.#entries.has(name)) this.#entries.set(name, { fingerprint: '', endpoint });
    }
  }

  async #load({ definition, modelVersion, inputs = [] }: RegisteredEndpoint): Promise<ServedEndpoint> {
    const { name, model, lookups } = definition;
    if (model === null) {
      return { name, ...servedFeatures({ ...definition, lookups: lookups!, inputs }), model: null };
    }
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
