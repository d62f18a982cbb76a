import type { KafkaRecord } from '../log/kafka-record.ts';
import type { ColumnDraft } from './column-draft.ts';
import { ownName } from './column-name.ts';
import { type InferredReading, countOf, scalarsOf } from './field-reading.ts';
import { entityScore, eventTimeScore } from './name-hints.ts';
import type { PlaceProfile } from './profile.ts';
import { keyText } from './sampled-records.ts';
import type { Shape } from './shape.ts';

/** A column and how likely it has a role. */
export interface RoleContender {
  readonly draft: ColumnDraft;
  readonly score: number;
}

/** The values by which something is named. */
const NAMING: readonly Shape[] = ['text', 'text_truth', 'text_whole', 'whole', 'long'];
/** So many values tell whether they are all different, or all the same. */
const TELLING = 20;
/** A lower score does not say enough. */
export const SURE = 50;
const [FOR_MISSING, FOR_CARDINALITY, FOR_DEPTH, FOR_KEY] = [-60, -30, -3, 40];

/**
 * The columns that may be the entity, the likeliest first.
 *
 * @param records the ones in which they stand.
 */
export function entityContenders(
  drafts: readonly ColumnDraft[],
  records: readonly KafkaRecord[],
): RoleContender[] {
  const keys = new Set(records.map(keyText).filter((key) => key !== null && key !== ''));
  const contenders = drafts
    .filter(({ place, reading }) => !isTime(reading) && reading.type !== 'decimal' && mostlyNames(place))
    .map((draft): RoleContender => {
      const { place, column } = draft;
      const name = Math.max(entityScore(column), entityScore(ownName(place.path)));
      const isKey = keys.size > 0 && [...place.texts.keys()].every((text) => keys.has(text));
      return {
        draft,
        score:
          name +
          FOR_MISSING * missingShare(draft) +
          FOR_CARDINALITY * Number(isWithoutRepeats(place)) +
          FOR_DEPTH * (place.path.length - 1) +
          FOR_KEY * Number(isKey),
      };
    });
  return inOrder(contenders);
}

/** The columns that may be the event time, the likeliest first. */
export function eventTimeContenders(drafts: readonly ColumnDraft[]): RoleContender[] {
  const contenders = drafts
    .filter(({ reading }) => isTime(reading))
    .map((draft): RoleContender => {
      const { place, column } = draft;
      const name = Math.max(eventTimeScore(column), eventTimeScore(ownName(place.path)));
      return {
        draft,
        score: name + FOR_MISSING * missingShare(draft) + FOR_DEPTH * (place.path.length - 1),
      };
    });
  return inOrder(contenders);
}

/** The share of the records in which nothing that counts stands at the place. */
export function missingShare({ place: { present, texts, profiled } }: Pick<ColumnDraft, 'place'>): number {
  return 1 - (present - (texts.get('') ?? 0)) / profiled;
}

function isTime({ type }: InferredReading): boolean {
  return type === 'timestamp' || type === 'date';
}

/** The share of the values that must be texts or whole numbers. */
const MOSTLY = 0.9;

function mostlyNames(place: PlaceProfile): boolean {
  return place.lists === 0 && countOf(place, NAMING) >= Math.max(1, MOSTLY * scalarsOf(place));
}

/** Whether each value names one record, or all values name the same. */
function isWithoutRepeats({ texts, present }: PlaceProfile): boolean {
  return present >= TELLING && (texts.size === present || texts.size === 1);
}

/** A stable order: what comes first in the records comes first among equals. */
function inOrder(contenders: RoleContender[]): RoleContender[] {
  return contenders.sort((a, b) => b.score - a.score);
}
