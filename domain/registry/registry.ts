import { DefinitionSet } from './definition-set.ts';
import type { Definition } from './definition.ts';

/** A definition as it was registered. */
export interface RegisteredDefinition {
  readonly definition: Definition;
  readonly version: number;
  /** SHA-256 of the definition's JSON. */
  readonly sha256: string;
}

/**
 * What was registered at one moment: the current version of every definition, by kind and name, and the
 * revision of every event source's definitions.
 */
export class Registry extends DefinitionSet {
  readonly #entries: ReadonlyMap<Definition, RegisteredDefinition>;
  readonly #revisions: ReadonlyMap<string, string>;

  /** @param revisions of the event sources that have one, by name; decimal texts. */
  constructor(entries: readonly RegisteredDefinition[], revisions: ReadonlyMap<string, string> = new Map()) {
    super(entries.map(({ definition }) => definition).sort(byName));
    this.#entries = new Map(entries.map((entry) => [entry.definition, entry]));
    this.#revisions = revisions;
  }

  /** One of this registry's own definitions, with its version. */
  registered(definition: Definition): RegisteredDefinition {
    return this.#entries.get(definition)!;
  }

  /** How often the definitions that a source's records meet had changed. */
  revisionOf(source: string): string {
    return this.#revisions.get(source) ?? '0';
  }
}

/** By code units, so that it depends on no database's collation. */
function byName(a: Definition, b: Definition): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
