import { quoted } from '../../domain/errors/quoted.ts';
import { definitionKinds } from '../../domain/registry/definition-kinds.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { originOf, placeIn } from '../../schemas/definitions/making/origin.ts';
import type { DefinitionProblem } from '../../schemas/values/problems.ts';

/** What a function of the definition language returns (`streamTable({ … })`). */
export interface DefinitionHolder {
  readonly definition: Definition;
  /** Of an event source alone: whether the user named its topic. */
  readonly isTopicNamed?: boolean;
}

/** A definition, and in words where it was found. */
export interface Found {
  readonly holder: DefinitionHolder;
  readonly where: string;
  /** Whether a program gave it as the registry stores it. */
  readonly isStored?: boolean;
}

/** A found definition in words: `stream table 'orders'`. */
export function titleFound({ holder: { definition } }: Pick<Found, 'holder'>): string {
  const { kind, name } = definition;
  const { title } = Object.hasOwn(definitionKinds, kind) ? definitionKinds[kind] : { title: 'definition' };
  return `${title} ${quoted(name)}`;
}

/**
 * What a problem of a found definition says of its place.
 *
 * @param part the feature or field of the definition that has the problem.
 */
export function foundAt(found: Found, part?: string): Pick<DefinitionProblem, 'place' | 'definition'> {
  const origin = originOf(found.holder);
  return { place: origin && placeIn(origin, part), definition: titleFound(found) };
}
