import { valueAt } from '../log/element-record.ts';
import type { JsonPath } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { type ColumnDraft, draftColumns } from './column-draft.ts';
import { unusedName } from './column-name.ts';
import { profile } from './profile.ts';
import { type RoleContender, entityContenders, eventTimeContenders } from './roles.ts';
import type { FoundEvents } from './sampled-events.ts';
import { numberText } from './shape.ts';

/** What stands around the events, and which of it may have a role. */
export interface ContendersAround {
  readonly drafts: readonly ColumnDraft[];
  readonly entity: readonly RoleContender[];
  readonly eventTime: readonly RoleContender[];
}

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
  { events, unwrap, explode }: FoundEvents,
  inside: readonly ColumnDraft[],
  now: Instant,
): ContendersAround {
  const holders = [...new Map(events.map((event) => [event.around, event])).values()].flatMap(
    ({ record, around }) => (around ? [{ record, root: around }] : []),
  );
  const used = new Set(inside.map(({ column }) => column));
  const list = JSON.stringify(explode);
  const places = profile(holders.map(({ root }) => root)).filter(
    ({ path }) => JSON.stringify(path) !== list && !(unwrap && isRow(path)),
  );
  const drafts = draftColumns(places, now).map((draft): ColumnDraft => {
    const column = unusedName(draft.column, used);
    used.add(column);
    return { ...draft, column, isAround: true };
  });
  if (!unwrap) {
    const records = holders.map(({ record }) => record);
    return {
      drafts,
      entity: entityContenders(drafts, records),
      eventTime: eventTimeContenders(drafts),
    };
  }
  const at = CHANGED_AT.find((path) => {
    const found = holders.filter(({ root }) => numberText(valueAt(root, path)) !== undefined);
    return found.length >= LEAST * holders.length;
  });
  const changedAt = drafts.find(({ path }) => JSON.stringify(path) === JSON.stringify(at));
  return { drafts, entity: [], eventTime: changedAt ? [{ draft: changedAt, score: SURELY }] : [] };
}

/** Whether a path of a change leads into the row that it changed. */
function isRow([first]: JsonPath): boolean {
  return first === 'before' || first === 'after';
}
