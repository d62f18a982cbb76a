import type { RegisteredDefinition } from '../registry/registry.ts';
import type { DefinitionReference, TrainingSetManifest } from '../training/manifest.ts';

/** What a built training set says of its origins. */
export interface SetOrigins extends Pick<TrainingSetManifest, 'trainingSet' | 'rows' | 'sha256'> {
  readonly id: string;
  /** The knowledge cut: a sequence, as a decimal text. */
  readonly cut: string;
  readonly spine: { readonly path: string; readonly sha256: string };
  readonly definitions: readonly DefinitionReference[];
}

/** A model version, and the training set that it was trained on. */
export interface TrainedVersion {
  readonly name: string;
  readonly version: number;
  readonly trainingSetId: string;
}

/** The version of a model that an endpoint serves. */
export interface ServedVersion {
  readonly endpoint: string;
  readonly model: string;
  readonly version: number;
}

/** A version of a definition. */
interface KnownDefinition extends Omit<RegisteredDefinition, 'sha256'> {
  /** Whether the definition was removed, so that no version of it is current. Omitted: it was not. */
  readonly isRemoved?: boolean;
}

/** Everything that a lineage is made from. */
export interface LineageFacts {
  /** All versions of all definitions. */
  readonly definitions: readonly KnownDefinition[];
  readonly sets: readonly SetOrigins[];
  readonly models: readonly TrainedVersion[];
  readonly served: readonly ServedVersion[];
}
