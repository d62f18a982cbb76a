import type { JsonPath } from '../registry/definition.ts';
import { namesTime } from './name-hints.ts';
import { pathText } from './path-text.ts';
import type { PlaceProfile } from './profile.ts';
import { type ColumnDraft, type RoleContender, missingShare } from './roles.ts';

/** A time that says how far it is from UTC. */
const WITH_OFFSET = /(?:[Zz]|UTC|[+-]\d\d(?::?\d\d)?)(?:\[[^[\]]+\])?$/;

/** What to know about a column. */
export function columnRemarks({ column, place, reading }: ColumnDraft, records: number): string[] {
  const { type, unit, coerce, misfits } = reading;
  const missing = missingShare(place, { records });
  const blanks = place.shapes.get('blank') ?? 0;
  const notNumbers = place.shapes.get('not_a_number') ?? 0;
  const empty = place.texts.get('') ?? 0;
  const remarks = [
    missing > 0 ? `missing, null or empty in ${percent(missing)} of the records` : '',
    misfits > 0 ? `${misfits} of ${place.present} values ${doNot(misfits)} fit` : '',
    type !== 'string' && blanks > empty
      ? `${blanks - empty} of ${place.present} values stand for nothing, such as "null", and ${doNot(blanks - empty)} fit`
      : '',
    notNumbers > 0 ? `${notNumbers} of ${place.present} values, such as NaN, ${doNot(notNumbers)} fit` : '',
    coerce === true ? 'some values are texts, which coerce takes' : '',
    unit !== undefined && !namesTime(column) ? `taken for a time because its numbers are near now` : '',
    type === 'timestamp' && unit === undefined && hasLocalTimes(place)
      ? "some values name no offset and are read in UTC; if that is wrong, give zone: 'Europe/Paris'"
      : '',
    type === 'string' && place.shapes.has('whole') ? 'numbers enter by their digits' : '',
  ];
  return remarks.filter((remark) => remark !== '');
}

function hasLocalTimes({ texts, shapes }: PlaceProfile): boolean {
  if (!shapes.has('text_time')) return false;
  return [...texts.keys()].some((text) => text.length > '2026-01-31'.length && !WITH_OFFSET.test(text));
}

/** How many runners-up are named. */
const NAMED = 4;
/** A name with a lower score does not say enough. */
const SURE = 50;

/** Why a column has its role, and which others might have it. */
export function roleRemarks(role: string, [chosen, ...others]: readonly RoleContender[]): string[] {
  const rivals = others.slice(0, NAMED).map(({ draft }) => draft.column);
  return [
    ...(chosen!.score < SURE ? [`unsure: nothing says clearly which field is the ${role}`] : []),
    ...(rivals.length > 0 ? [`other candidates: ${rivals.join(', ')}`] : []),
  ];
}

/** The columns that say what kind of event a record is, and how many kinds there are at most. */
const KIND = /^(event_?)?(type|name|kind|action|event)$/;
const MOST_KINDS = 12;

/** How a source takes one kind of event, if a column says the kind. */
export function kindRemarks(drafts: readonly ColumnDraft[]): string[] {
  const kind = drafts.find(
    ({ column, reading, place }) =>
      KIND.test(column) &&
      reading.type === 'string' &&
      place.texts.size > 1 &&
      place.texts.size <= MOST_KINDS &&
      place.texts.size * 2 <= place.present,
  );
  if (!kind) return [];
  const kinds = [...kind.place.texts.keys()].sort().map((text) => JSON.stringify(text));
  return [
    `kinds of events, by ${kind.column}: ${kinds.join(', ')}; one kind alone: equals('${kind.column}', …)`,
  ];
}

/** What stands in the records and becomes no field. */
export function leftOutRemarks(places: readonly PlaceProfile[]): string[] {
  const lists = places.filter(({ lists }) => lists > 0);
  const nulls = places.filter(({ path, present }) => present === 0 && !isParent(path, places));
  return [
    ...lists.map(({ path, membersOfElements }) => {
      const example = membersOfElements.size > 0 ? `[0].${[...membersOfElements][0]}` : '[0]';
      return `${pathText(path)} is a list; one element is read with from: '${pathText(path)}${example}'`;
    }),
    ...(nulls.length > 0 ? [`always null: ${nulls.map(({ path }) => pathText(path)).join(', ')}`] : []),
  ];
}

function isParent(path: JsonPath, places: readonly PlaceProfile[]): boolean {
  return places.some(
    ({ path: other }) => other.length > path.length && path.every((name, index) => other[index] === name),
  );
}

/** A share for people. Not 0 if there is something. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return rounded === 0 ? 'less than 1 %' : `${rounded} %`;
}

function doNot(count: number): string {
  return count === 1 ? 'does not' : 'do not';
}
