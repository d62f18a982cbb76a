/** The namespace of a deployment that asks for none. What it makes has bare names. */
const DEFAULT_NAME = 'asof';

/**
 * The names that a deployment gives to what it makes on servers that others may use too. Two deployments with
 * different namespaces never share one, except for a topic: a source `a.b` of the default namespace and a
 * source `b` of namespace `a` would both name theirs `a.b`.
 */
export class Namespace {
  static readonly default = new Namespace(DEFAULT_NAME);

  /** Lower-case letters, digits, `-` and `_`. No separator of the names below is among them. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** The id of a workflow or schedule in Temporal. No name of a definition contains `:`. */
  temporalId(id: string): string {
    return this.#isDefault ? id : `${this.name}:${id}`;
  }

  /** The key of the online store. */
  redisKey(key: string): string {
    return `${this.name}:${key}`;
  }

  /** The topic of a source whose definition names none. */
  topic(source: string): string {
    return this.#isDefault ? source : `${this.name}.${source}`;
  }

  /** The name of an experiment or a registered model in MLflow, which takes neither `:` nor `/`. */
  mlflowName(model: string): string {
    return this.#isDefault ? model : `${this.name}.${model}`;
  }

  /** The task queue of the workers, where the settings name no other. */
  get taskQueue(): string {
    return this.name;
  }

  get #isDefault(): boolean {
    return this.name === DEFAULT_NAME;
  }
}
