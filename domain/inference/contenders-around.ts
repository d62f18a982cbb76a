import { valueAt } from '../log/element-record.ts';
import type { JsonPath } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { type ColumnDraft, draftColumns } from './column-draft.ts';
import { unusedName } from './column-name.ts';
import { type PlaceProfile, profile } from './profile.ts';
import { type RoleContender, entityContenders, eventTimeContenders } from './roles.ts';
import type { FoundEvents } from './sampled-events.ts';
import { numberText } from './shape.ts';

/** What stands around the events, and which of it may have a role. */
export interface ContendersAround {
  /** Where scalars stand. */
  readonly paths: readonly JsonPath[];
  readonly entity: readonly RoleContender[];
  readonly eventTime: readonly RoleContender[];
}

/** Where a change holds a row. */
const ROWS: readonly JsonPath[] = [['before'], ['after']];
/** Where a change says when it was made, the likeliest first. */
const CHANGED_AT: readonly JsonPath[] = [['source', 'ts_ms'], ['ts_ms']];
/** The share of the changes that must say it there. */
const LEAST = 0.9;
/** The moment of a change is surely when it happened: an update must not change features of the past. */
const SURELY = 200;

/**
 * @param inside the columns of the events, whose names are taken.
 * @param now a time near which events are.
 */
export function contendersAround(
  { events, unwrap, explode = { record: 'value' } }: FoundEvents,
  inside: readonly ColumnDraft[],
  now: Instant,
): ContendersAround {
  const recordsByRoot = new Map(events.map(({ around, record }) => [around, record]));
  recordsByRoot.delete(undefined);
  const roots = [...recordsByRoot.keys()];
  const ofEvents = unwrap ? ROWS : 'record' in explode ? [] : [explode];
  const places = profile(roots).filter(
    ({ shapes, path }) => shapes.size > 0 && !ofEvents.some((parent) => isWithin(path, parent)),
  );
  const paths = places.map(({ path }) => path);
  const names = new Set(inside.map(({ column }) => column));
  const draftsOf = (chosen: readonly PlaceProfile[]): ColumnDraft[] =>
    draftColumns(chosen, now).map((draft): ColumnDraft => {
      const column = unusedName(draft.column, names);
      names.add(column);
      return { ...draft, column, isAround: true };
    });
  if (unwrap) {
    const at = changedAt(roots);
    const eventTime = draftsOf(places.filter(({ path }) => at && isWithin(path, at)));
    return { paths, entity: [], eventTime: eventTime.map((draft) => ({ draft, score: SURELY })) };
  }
  const drafts = draftsOf(places);
  const entity = entityContenders(drafts, [...recordsByRoot.values()]);
  return { paths, entity, eventTime: eventTimeContenders(drafts) };
}

function changedAt(changes: readonly unknown[]): JsonPath | undefined {
  return CHANGED_AT.find((path) => {
    const found = changes.filter((change) => numberText(valueAt(change, path)) !== undefined);
    return found.length > 0 && found.length >= LEAST * changes.length;
  });
}

function isWithin(path: JsonPath, parent: JsonPath): boolean {
  return parent.every((step, index) => path[index] === step);
}
