import { hash53 } from './hash.ts';

/** A value of which a partial holds many. */
export type HeldValue = string | number | boolean;

/** A longer text is cut where a partial holds many values. */
export const LONGEST_TEXT = 1_024;

/** What follows the cut: the hash of the whole text, so that texts with the same start stay distinct. */
const MARK = /…[0-9a-f]{14}$/;
export const MARK_LENGTH = 15;

/** The value itself, or the start of a long text with a mark. Depends on the value alone. */
export function bounded(value: HeldValue): HeldValue {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT || isCut(value)) return value;
  const end = isHighSurrogate(value.charCodeAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
  return `${value.slice(0, end)}…${hash53(value).toString(16).padStart(14, '0')}`;
}

/** Whether a value that {@link bounded} returned was cut. */
export function isCut(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length >= LONGEST_TEXT - 1 + MARK_LENGTH &&
    value.length <= LONGEST_TEXT + MARK_LENGTH &&
    MARK.test(value)
  );
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
