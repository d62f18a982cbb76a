/**
 * The text, or its beginning and the number of characters that are left out. Lone surrogates are replaced, also
 * the one that a cut leaves: UTF-8 cannot encode them, and Temporal takes no failure that has one.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  return `${text.slice(0, most).toWellFormed()}… (${text.length - most} characters more)`;
}
