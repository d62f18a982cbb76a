import type { DefinitionKind } from '../../../domain/registry/definition.ts';
import type { TableComparison } from './compare/comparison.ts';
import type { OptionChange } from './option-changes.ts';
import type { Recomputation } from './recomputation.ts';
import type { Touched } from './touched.ts';

/** What `apply` would do with some definitions, and what that means. */
export interface ApplyPlan {
  /** The steps of `apply`, in their order. Empty if there is nothing to do. */
  readonly changes: readonly PlannedChange[];
  /** What is registered and not among the definitions. It goes on. */
  readonly gone: readonly GoneDefinition[];
  /** What somebody must decide before the definitions are applied. Empty: nothing. */
  readonly decisions: readonly Decision[];
  /** What the plan could not find out, and why. */
  readonly notes: readonly string[];
}

/** One step of `apply`. */
export interface PlannedChange {
  /** `describe`: only what people say of the definition changes. */
  readonly action: 'create' | 'change' | 'describe';
  readonly kind: DefinitionKind | 'topic';
  readonly name: string;
  /** The step in words, such as `event source user-events`. */
  readonly what: string;
  /** The options that differ from the registered version. Empty for what is new. */
  readonly options: readonly OptionChange[];
  /** Why the step is refused. Null: it is not. */
  readonly refused: string | null;
  /** What has to be computed again. Null: nothing. */
  readonly recomputed: Recomputation | null;
  /** What is made of what changes. */
  readonly touches: Touched;
  /** A changed stream table beside the registered one, on recent events. Null: it was not computed. */
  readonly comparison: TableComparison | null;
}

/** A registered definition that is not among the given ones. */
export interface GoneDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly what: string;
  /** The command that removes it. */
  readonly remove: string;
}

/**
 * Something to decide. `refused`: the change cannot be made. `deletes`: retention will delete something. `in_use`: an
 * endpoint, or a model version in use, is made of what changes. `gone`: a definition is not among the given ones.
 */
export interface Decision {
  readonly reason: 'refused' | 'deletes' | 'in_use' | 'gone';
  readonly what: string;
  readonly why: string;
}
