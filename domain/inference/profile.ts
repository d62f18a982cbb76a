import { MOST_ELEMENTS } from '../log/fields/read-list.ts';
import type { JsonPath } from '../registry/definition.ts';
import { type Shape, membersOf, scalarText, shapeOf } from './shape.ts';

/** What stands at one place of the sampled records. */
export interface PlaceProfile {
  readonly path: JsonPath;
  /** The number of the records. */
  readonly profiled: number;
  /** The records in which something other than null stands there. */
  readonly present: number;
  readonly shapes: ReadonlyMap<Shape, number>;
  /** How often each scalar was seen, by its text, in the order of the records. */
  readonly texts: ReadonlyMap<string, number>;
  /** How often a list was seen. */
  readonly lists: number;
  /** The shapes of the elements of the lists. `other`: null, a list or an object; also that a list is too long. */
  readonly elements: ReadonlySet<Shape | 'other'>;
  /** The members of a list's elements that are objects. */
  readonly membersOfElements: ReadonlySet<string>;
}

/** Deeper members are not looked at. */
const DEEPEST = 12;

class ProfileInProgress implements PlaceProfile {
  readonly path: JsonPath;
  readonly profiled: number;
  present = 0;
  lists = 0;
  readonly shapes = new Map<Shape, number>();
  readonly texts = new Map<string, number>();
  readonly elements = new Set<Shape | 'other'>();
  readonly membersOfElements = new Set<string>();

  constructor(path: JsonPath, profiled: number) {
    this.path = path;
    this.profiled = profiled;
  }

  addScalar(shape: Shape, text: string): void {
    this.present += 1;
    this.shapes.set(shape, (this.shapes.get(shape) ?? 0) + 1);
    this.texts.set(text, (this.texts.get(text) ?? 0) + 1);
  }

  addList(elements: readonly unknown[]): void {
    this.present += 1;
    this.lists += 1;
    for (const element of elements) this.elements.add(shapeOf(element) ?? 'other');
    if (elements.length > MOST_ELEMENTS) this.elements.add('other');
    for (const [name] of membersOf(elements[0]) ?? []) this.membersOfElements.add(name);
  }
}

/**
 * The places of the records in which a scalar, a list or null stands, in the order of their first appearance.
 *
 * @param roots JSON objects with exact numbers.
 */
export function profile(roots: readonly unknown[]): PlaceProfile[] {
  const places = new Map<string, ProfileInProgress>();
  const placeAt = (path: JsonPath): ProfileInProgress => {
    const id = JSON.stringify(path);
    let place = places.get(id);
    if (!place) places.set(id, (place = new ProfileInProgress(path, roots.length)));
    return place;
  };
  const visit = (value: unknown, path: JsonPath): void => {
    const members = path.length < DEEPEST ? membersOf(value) : undefined;
    if (members) {
      for (const [name, member] of members) visit(member, [...path, name]);
      return;
    }
    const shape = shapeOf(value);
    if (shape !== undefined) placeAt(path).addScalar(shape, scalarText(value)!);
    else if (Array.isArray(value)) placeAt(path).addList(value);
    else if (value === null) placeAt(path);
  };
  for (const root of roots) for (const [name, member] of membersOf(root) ?? []) visit(member, [name]);
  return [...places.values()];
}
