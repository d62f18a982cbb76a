/** How two keys can differ that mean the same. */
export type KeyDifference = 'blanks' | 'decimal_point' | 'leading_zeros' | 'case' | 'number_form' | 'several';

const FORMS = {
  blanks: (key: string) => key.trim(),
  decimal_point: (key: string) => key.replace(/(?<=^-?\d+)\.0+$/, ''),
  leading_zeros: (key: string) => key.replace(/^0+(?=\d)/, ''),
  case: (key: string) => key.toLowerCase(),
  number_form: (key: string) => {
    const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(key) ? Number(key) : NaN;
    return Number.isSafeInteger(number) ? String(number) : key;
  },
} as const satisfies Record<Exclude<KeyDifference, 'several'>, (key: string) => string>;

const SINGLE = Object.keys(FORMS) as (keyof typeof FORMS)[];

const WORDS: Record<KeyDifference, string> = {
  blanks: 'they differ in blanks around the key',
  decimal_point:
    'they differ in a decimal point, as in 7.0 for 7: pandas makes floats of whole numbers where some are missing',
  leading_zeros: 'they differ in leading zeros, which a program drops that reads keys as numbers',
  case: 'they differ in upper and lower case',
  number_form: 'they are the same numbers, written in different forms',
  several: 'they differ in blanks, case, leading zeros or the form of a number, in more than one of these',
};

/** The difference in words, as the end of a sentence about keys. */
export function differenceText(difference: KeyDifference): string {
  return WORDS[difference];
}

/**
 * How two keys differ, if they are likely to mean the same. Undefined if they are equal, or have nothing to do
 * with each other.
 */
export function keyDifference(one: readonly string[], other: readonly string[]): KeyDifference | undefined {
  if (isSameIn((key) => key, one, other)) return undefined;
  const single = SINGLE.find((form) => isSameIn(FORMS[form], one, other));
  return single ?? (isSameIn(plainForm, one, other) ? 'several' : undefined);
}

/** A key and the keys that it might have been meant as, in a table that has them in a plainer form. */
export function plainerKeys(key: readonly string[]): string[][] {
  const forms = [
    ...SINGLE.map((form) => FORMS[form]),
    plainForm,
    (part: string) => part.trim().toUpperCase(),
  ];
  return forms.map((form) => key.map(form));
}

function plainForm(key: string): string {
  return FORMS.leading_zeros(FORMS.number_form(FORMS.decimal_point(key.trim().toLowerCase())));
}

function isSameIn(form: (key: string) => string, one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, at) => form(part) === form(other[at]!));
}
