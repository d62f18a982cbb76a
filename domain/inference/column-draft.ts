import type { JsonPath } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { columnNames } from './column-name.ts';
import { type InferredReading, inferReading, listTypeOf } from './field-reading.ts';
import type { PlaceProfile } from './profile.ts';

/** A place with the column that it may become. */
export interface ColumnDraft {
  readonly column: string;
  readonly path: JsonPath;
  readonly place: PlaceProfile;
  readonly reading: InferredReading;
  /** Whether it stands around the events, where its path begins. */
  readonly isAround?: true;
}

/** The most columns; the ones that most records have. */
const MOST_COLUMNS = 200;

/** @param now a time near which events are. */
export function draftColumns(places: readonly PlaceProfile[], now: Instant): ColumnDraft[] {
  const readable = places.filter((place) => place.shapes.size > 0 || listTypeOf(place) !== undefined);
  const kept = new Set([...readable].sort((a, b) => b.present - a.present).slice(0, MOST_COLUMNS));
  const chosen = readable.filter((place) => kept.has(place));
  const names = columnNames(chosen.map(({ path }) => path));
  return chosen.map((place, index) => {
    const column = names[index]!;
    return { column, path: place.path, place, reading: inferReading(place, column, now) };
  });
}
