import { type CodePlace, placeOf } from '../../values/place.ts';

/** What users declare by calls of their own, by the member of a definition, and then by name. */
export type Parts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How a definition came to be. */
export interface DefinitionOrigin {
  /** Made where the definition was called. Its stack is read only if somebody asks for the place. */
  readonly call: Error;
  readonly parts: Parts;
  /**
   * `mended`: its problems are noted, and it is what is right of it. `invalid`: its problems are noted, and it is
   * not fit for further checks. Omitted: it is valid by itself.
   */
  readonly state?: 'mended' | 'invalid';
}

/** The symbol is registered, because definitions may import another copy of Asof than the program that loads them. */
const ORIGIN = Symbol.for('asof.origin');

/** Remembers how `made` came to be. */
export function originate<Made extends object>(made: Made, origin: DefinitionOrigin): Made {
  return Object.defineProperty(made, ORIGIN, { value: origin });
}

/** How a definition came to be. Undefined for one that no function of the language made. */
export function originOf(made: object): DefinitionOrigin | undefined {
  return (made as { readonly [ORIGIN]?: DefinitionOrigin })[ORIGIN];
}

const calls = new WeakMap<object, Error>();

/** Remembers where a part of a definition is declared, such as a feature. */
export function declaredHere<Part extends object>(part: Part): Part {
  calls.set(part, new Error());
  return part;
}

/**
 * The call that declares what a path of a definition leads to. Undefined where that is the call of the definition
 * itself.
 *
 * @param value the definition, whose lists hold parts with names.
 */
export function partAt(path: readonly PropertyKey[], value: object, parts: Parts): Error | undefined {
  const [member, index] = path;
  const listed = (value as Readonly<Record<PropertyKey, unknown>>)[member ?? ''];
  if (!Array.isArray(listed) || typeof index !== 'number') return undefined;
  const { name } = listed[index] as { readonly name?: unknown };
  const part = parts[String(member)]?.[String(name)];
  return typeof part === 'object' && part !== null ? calls.get(part) : undefined;
}

/** The place where a part with a name is declared, or the definition that has it. */
export function placeIn({ call, parts }: DefinitionOrigin, name: string | undefined): CodePlace | undefined {
  const named = Object.values(parts).map((members) => (name === undefined ? undefined : members[name]));
  const part = named.find((one): one is object => typeof one === 'object' && one !== null && calls.has(one));
  return placeOf(part ? calls.get(part)! : call);
}
