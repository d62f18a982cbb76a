import {
  type Definition,
  type DefinitionKind,
  type DefinitionOf,
  FEATURE_TABLE_KINDS,
  type FeatureTableDefinition,
} from '../registry/definition.ts';
import type { LineageFacts } from './facts.ts';

/** A version of a definition. */
export interface Versioned<D extends Definition> {
  readonly definition: D;
  readonly version: number;
  /** Whether the definition was removed. Omitted: it was not. */
  readonly isRemoved?: boolean;
}

/** The versions of definitions, by kind and name. */
export class DefinitionVersions {
  readonly #all: LineageFacts['definitions'];

  constructor(all: LineageFacts['definitions']) {
    this.#all = all;
  }

  ofKind<Kind extends DefinitionKind>(...kinds: readonly Kind[]): Versioned<DefinitionOf<Kind>>[] {
    const wanted: readonly DefinitionKind[] = kinds;
    return this.#all.filter((one): one is Versioned<DefinitionOf<Kind>> =>
      wanted.includes(one.definition.kind),
    );
  }

  /** A certain version. Undefined if it is not known any more. */
  find<Kind extends DefinitionKind>(
    kind: Kind,
    name: string,
    version: number,
  ): Versioned<DefinitionOf<Kind>> | undefined {
    return this.ofKind(kind).find((one) => one.definition.name === name && one.version === version);
  }

  /** All versions of a definition. */
  named<Kind extends DefinitionKind>(kind: Kind, name: string): DefinitionOf<Kind>[] {
    return this.ofKind(kind)
      .map(({ definition }) => definition)
      .filter((definition) => definition.name === name);
  }

  /** The current versions of the definitions of some kinds. */
  current<Kind extends DefinitionKind>(...kinds: readonly Kind[]): Versioned<DefinitionOf<Kind>>[] {
    const newest = new Map<string, Versioned<DefinitionOf<Kind>>>();
    for (const one of this.ofKind(...kinds)) {
      if (one.isRemoved) continue;
      const key = `${one.definition.kind} ${one.definition.name}`;
      if ((newest.get(key)?.version ?? 0) < one.version) newest.set(key, one);
    }
    return [...newest.values()];
  }

  currentTable(name: string): Versioned<FeatureTableDefinition> | undefined {
    return this.current(...FEATURE_TABLE_KINDS).find(({ definition }) => definition.name === name);
  }
}
