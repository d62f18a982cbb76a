import { bytesOfBase64 } from '../log/fields/decimal-bytes.ts';
import type { JsonPath } from '../registry/definition.ts';
import type { ColumnDraft } from './column-draft.ts';
import type { ContendersAround } from './contenders-around.ts';
import { listTypeOf } from './field-reading.ts';
import { namesTime } from './name-hints.ts';
import { pathText } from './path-text.ts';
import type { PlaceProfile } from './profile.ts';
import { type RoleContender, SURE, missingShare } from './roles.ts';
import type { FoundEvents } from './sampled-events.ts';

/** A time that says how far it is from UTC. */
const WITH_OFFSET = /(?:[Zz]|UTC|[+-]\d\d(?::?\d\d)?)(?:\[[^[\]]+\])?$/;

/** What events are read from. */
export type Things = 'records' | 'elements';

/** What to know about a column. */
export function columnRemarks(draft: ColumnDraft, things: Things): string[] {
  const { column, place, reading } = draft;
  const { type, unit, coerce, misfits } = reading;
  const missing = missingShare(draft);
  const blanks = place.shapes.get('blank') ?? 0;
  const notNumbers = place.shapes.get('not_a_number') ?? 0;
  const empty = place.texts.get('') ?? 0;
  const remarks = [
    missing > 0 ? `missing, null or empty in ${percent(missing)} of the ${things}` : '',
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

/** What texts in an envelope of Kafka Connect may be. */
export function decimalRemarks({ place, reading }: ColumnDraft): string[] {
  const texts = [...place.texts.keys()].filter((text) => text !== '');
  const areBytes = texts.length > 0 && texts.every((text) => bytesOfBase64(text) !== undefined);
  // Words are base64 too if their length is right; of bytes some end in a sign or have one within.
  if (reading.type !== 'string' || !areBytes || !texts.some((text) => /[=+/]/.test(text))) return [];
  return [
    "these texts may be the bytes of decimals, in base64; if so, with the column's scale: optional('decimal', { scale: 2 })",
  ];
}

/** How many runners-up are named. */
const NAMED = 4;
/** How much of what stands around events is named. */
const MOST_AROUND = 6;

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

/** How events are taken out of changes. */
export function unwrapRemarks({ unwrap }: FoundEvents): string[] {
  return unwrap?.envelope === 'change'
    ? ["deletions are skipped; with deletes: 'before' each is an event, with the row as it was"]
    : [];
}

/** What an event is if records hold several. */
export function explodeRemarks({ explode }: FoundEvents): string[] {
  if (explode === undefined) return [];
  if ('record' in explode) return ['each element of a record is an event'];
  return [`each element of ${pathText(explode)} is taken for an event; without this, each record is one`];
}

/** What stands around the events and becomes no field. */
export function aroundRemarks({ paths }: ContendersAround, chosen: readonly ColumnDraft[]): string[] {
  const fields = new Set(chosen.map(({ path }) => pathText(path)));
  const others = paths.map(pathText).filter((path) => !fields.has(path));
  if (others.length === 0) return [];
  const more = others.length > MOST_AROUND ? ` and ${others.length - MOST_AROUND} more` : '';
  const named = others.slice(0, MOST_AROUND).join(', ');
  return [`around the events: ${named}${more}; one is read with from: { envelope: '${others[0]}' }`];
}

/** What stands in the events and becomes no field. */
export function leftOutRemarks(places: readonly PlaceProfile[], { explode, unwrap }: FoundEvents): string[] {
  const lists = places.filter((place) => place.lists > 0 && listTypeOf(place) === undefined);
  const nulls = places.filter(({ path, present }) => present === 0 && !isParent(path, places));
  return [
    ...lists.map(({ path, membersOfElements }) => {
      const example = membersOfElements.size > 0 ? `[0].${[...membersOfElements][0]}` : '[0]';
      const all = membersOfElements.size > 0 && !explode && !unwrap;
      const list = `${pathText(path)} is a list; one element is read with from: '${pathText(path)}${example}'`;
      return all ? `${list}, and each becomes an event with explode: '${pathText(path)}'` : list;
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
