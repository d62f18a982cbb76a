import { DefinitionSet } from './definition-set.ts';
import type { Definition } from './definition.ts';

/** A registered version of a definition. */
export interface RegisteredDefinition {
  readonly definition: Definition;
  readonly version: number;
  /** SHA-256 of the definition's JSON. */
  readonly sha256: string;
}

/**
 * A snapshot of the registry: the current version of every definition, by kind and name, and the revision of
 * every event source.
 */
export class Registry extends DefinitionSet {
  readonly #entries: ReadonlyMap<Definition, RegisteredDefinition>;
  readonly #revisions: ReadonlyMap<string, string>;

  /** @param revisions the revisions of the event sources that have one, by name, as decimal texts. */
  constructor(entries: readonly RegisteredDefinition[], revisions: ReadonlyMap<string, string> = new Map()) {
    super(entries.map(({ definition }) => definition).sort(byName));
    this.#entries = new Map(entries.map((entry) => [entry.definition, entry]));
    this.#revisions = revisions;
  }

  /** Finds the version of a definition that belongs to this registry. */
  registered(definition: Definition): RegisteredDefinition {
    return this.#entries.get(definition)!;
  }

  /** The revision of an event source, as a decimal text. `0` before the first change. */
  revisionOf(source: string): string {
    return this.#revisions.get(source) ?? '0';
  }
}

/** Compares by code units, so that the order does not depend on the collation of a database. */
function byName(a: Definition, b: Definition): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
