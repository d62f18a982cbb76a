import type { FieldReading, FieldType, ListType } from '../registry/definition.ts';
import { EPOCH_UNITS, type EpochUnit, fromEpoch, likelyUnit } from '../time/epoch.ts';
import type { Instant } from '../time/instant.ts';
import { namesThings, namesTime } from './name-hints.ts';
import type { PlaceProfile } from './profile.ts';
import type { Shape } from './shape.ts';

/** How the values of a place are best read. */
export interface InferredReading extends Omit<FieldReading, 'from'> {
  readonly type: FieldType;
  /** The values that do not fit, of those that stand for something. */
  readonly misfits: number;
}

/** A reading, the values that fit it, and the least share of all values that it needs. */
interface Candidate extends Omit<InferredReading, 'misfits'> {
  readonly fits: number;
  readonly least: number;
}

const TEXT_SHAPES: readonly Shape[] = [
  'text',
  'text_truth',
  'text_whole',
  'text_fraction',
  'text_day',
  'text_time',
  'whole',
  'long',
];
/** What lists of numbers and truth values hold. */
const LISTS: readonly (readonly [ListType, readonly Shape[]])[] = [
  ['boolean[]', ['boolean']],
  ['integer[]', ['whole']],
  ['double[]', ['whole', 'fraction']],
];
const DAY: Instant = 86_400_000_000n;
/** Numbers whose name says nothing are times only if they are this near to the records' own. */
const NEAR = { behind: 3_653n * DAY, ahead: 366n * DAY };
/** A number of seconds might be any other number. */
const TELLING_UNITS: readonly EpochUnit[] = EPOCH_UNITS.filter((unit) => unit !== 'seconds');

/** The number of values of these shapes. */
export function countOf({ shapes }: PlaceProfile, wanted: readonly Shape[]): number {
  return wanted.reduce((sum, shape) => sum + (shapes.get(shape) ?? 0), 0);
}

/** @param now a time near which events are. */
export function inferReading(place: PlaceProfile, column: string, now: Instant): InferredReading {
  const list = listTypeOf(place, column);
  if (list) return { type: list, misfits: 0 };
  const all = scalarsOf(place);
  if (all === 0) return { type: place.shapes.has('not_a_number') ? 'double' : 'string', misfits: 0 };
  const candidates = candidatesOf(place, column, now);
  const {
    fits,
    least: _least,
    ...reading
  } = candidates.find((candidate) => candidate.fits > 0 && candidate.fits >= candidate.least * all) ??
  candidates.reduce((best, candidate) => (candidate.fits > best.fits ? candidate : best));
  return { ...reading, misfits: all - fits };
}

/** The type of a list that all lists of the place fit. Undefined: not only lists of scalars stand there, or none fits. */
export function listTypeOf({ shapes, elements }: PlaceProfile, column = ''): ListType | undefined {
  if (shapes.size > 0 || elements.size === 0) return undefined;
  const hasOnly = (wanted: readonly Shape[]): boolean =>
    [...elements].every((shape) => shape !== 'other' && wanted.includes(shape));
  const isText = hasOnly([...TEXT_SHAPES, 'blank']);
  if (isText && namesThings(column)) return 'string[]';
  const numbersOrTruths = LISTS.find(([, wanted]) => hasOnly(wanted));
  return numbersOrTruths?.[0] ?? (isText ? 'string[]' : undefined);
}

/** The number of values that stand for something. */
export function scalarsOf(place: PlaceProfile): number {
  return [...place.shapes].reduce(
    (sum, [shape, count]) => (shape === 'blank' || shape === 'not_a_number' ? sum : sum + count),
    0,
  );
}

/** In the order of preference. */
function candidatesOf(place: PlaceProfile, column: string, now: Instant): Candidate[] {
  const text: Candidate = { type: 'string', fits: countOf(place, TEXT_SHAPES), least: 0.9 };
  const plainNumbers: Candidate[] = [
    { type: 'integer', fits: countOf(place, ['whole']), least: 1 },
    { type: 'double', fits: countOf(place, ['whole', 'fraction']), least: 0.9 },
  ];
  const coercedNumbers: Candidate[] = [
    { type: 'integer', coerce: true, fits: countOf(place, ['whole', 'text_whole']), least: 1 },
    {
      type: 'double',
      coerce: true,
      fits: countOf(place, ['whole', 'fraction', 'text_whole', 'text_fraction']),
      least: 1,
    },
  ];
  return [
    ...(namesThings(column) ? [text] : []),
    { type: 'boolean', fits: countOf(place, ['boolean']), least: 0.9 },
    { type: 'boolean', coerce: true, fits: countOf(place, ['boolean', 'text_truth']), least: 1 },
    ...epochCandidates(place, column, now),
    { type: 'date', fits: countOf(place, ['text_day']), least: 1 },
    { type: 'timestamp', fits: countOf(place, ['text_day', 'text_time']), least: 2 / 3 },
    ...plainNumbers,
    ...(namesTime(column) ? [] : coercedNumbers),
    { ...text, least: 0 },
  ];
}

function epochCandidates(place: PlaceProfile, column: string, now: Instant): Candidate[] {
  const byUnit = epochsByUnit(place);
  if (namesTime(column)) {
    return [...byUnit]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, 1)
      .map(([unit, moments]) => ({ type: 'timestamp', unit, fits: moments.length, least: 0.5 }));
  }
  return TELLING_UNITS.map((unit) => {
    const near = (byUnit.get(unit) ?? []).filter((at) => at > now - NEAR.behind && at < now + NEAR.ahead);
    return { type: 'timestamp', unit, fits: near.length, least: 1 };
  });
}

/** The moments that the numbers of a place stand for, once for each value, by their likely units. */
function epochsByUnit({ texts, shapes }: PlaceProfile): Map<EpochUnit, Instant[]> {
  const moments = new Map<EpochUnit, Instant[]>();
  const hasNumbers = (['whole', 'long', 'fraction', 'text_whole', 'text_fraction', 'text'] as const).some(
    (shape) => shapes.has(shape),
  );
  if (!hasNumbers) return moments;
  for (const [text, count] of texts) {
    const unit = likelyUnit(text);
    if (unit === undefined) continue;
    const found = moments.get(unit) ?? [];
    for (let index = 0; index < count; index += 1) found.push(fromEpoch(text, unit)!);
    moments.set(unit, found);
  }
  return moments;
}
