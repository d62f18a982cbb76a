import { valueAt } from '../log/element-record.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import type { JsonPath, ListPlace } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { draftColumns } from './column-draft.ts';
import { profile } from './profile.ts';
import { SURE, entityContenders, eventTimeContenders } from './roles.ts';
import type { SampledDocument, SampledEvent } from './sampled-records.ts';

/** The share of the records that must have a list. */
const LEAST = 0.9;

/**
 * Where the records hold a list of events. Undefined: each record is an event. A record that is a list is one of
 * events; a list of objects within a record is if its elements say better than the record when, or about what,
 * something happened.
 *
 * @param now a time near which events are.
 */
export function findList(documents: readonly SampledDocument[], now: Instant): ListPlace | undefined {
  const objects = documents.filter(({ root }) => isJsonObject(root));
  const path = objects.length > 0 ? listWithin(objects, now) : undefined;
  if (path) return path;
  return objects.length * 2 < documents.length ? { record: 'value' } : undefined;
}

function listWithin(objects: readonly SampledDocument[], now: Instant): JsonPath | undefined {
  const places = profile(objects.map(({ root }) => root));
  const lists = places.filter(({ membersOfElements }) => membersOfElements.size > 0);
  const [list] = lists;
  if (lists.length !== 1 || list!.lists < LEAST * objects.length) return undefined;
  const records = objects.map(({ record, root }): SampledEvent => ({ record, root, around: undefined }));
  return areEvents(rolesIn(eventsInLists(objects, list!.path), now), rolesIn(records, now))
    ? list!.path
    : undefined;
}

/** How surely something has an entity and an event time. −Infinity: it has none. */
interface Roles {
  readonly entity: number;
  readonly eventTime: number;
}

function rolesIn(events: readonly SampledEvent[], now: Instant): Roles {
  const drafts = draftColumns(profile(events.map(({ root }) => root)), now);
  const records = events.map(({ record }) => record);
  return {
    entity: entityContenders(drafts, records)[0]?.score ?? -Infinity,
    eventTime: eventTimeContenders(drafts)[0]?.score ?? -Infinity,
  };
}

/** Whether the elements of a list are events, rather than the records that hold it. */
function areEvents(elements: Roles, records: Roles): boolean {
  if (records.entity >= SURE && records.eventTime >= SURE) return false;
  if (elements.eventTime === -Infinity) return records.entity === -Infinity && elements.entity > -Infinity;
  if (elements.eventTime !== records.eventTime) return elements.eventTime > records.eventTime;
  return elements.entity > records.entity;
}

/** The elements, of which many lists have more than are looked at. */
const MOST_ELEMENTS = 20_000;

/** The objects in the lists, evenly spread over all records if there are very many. */
export function eventsInLists(documents: readonly SampledDocument[], place: ListPlace): SampledEvent[] {
  const path = 'record' in place ? [] : place;
  const lists = documents.flatMap(({ record, root }) => {
    const isList = Array.isArray(root);
    const list = isList ? root : valueAt(root, path);
    return Array.isArray(list)
      ? [{ record, list: list as unknown[], around: isList ? undefined : root }]
      : [];
  });
  const share = MOST_ELEMENTS / lists.reduce((sum, { list }) => sum + list.length, 0);
  let number = 0;
  return lists.flatMap(({ record, list, around }) =>
    list.flatMap((root) =>
      isJsonObject(root) && isOfShare(share, number++) ? [{ record, root, around }] : [],
    ),
  );
}

/** Whether the thing of this number is of an even share of all. Multiples of a step would take the same of each list. */
function isOfShare(share: number, number: number): boolean {
  return (number * GOLDEN_RATIO) % 1 < share;
}

const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;
