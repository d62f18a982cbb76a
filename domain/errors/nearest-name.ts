/** Longer texts are not compared. */
const MOST_CHARACTERS = 60;

/**
 * The name that a mistyped one was probably meant to be: the first of the nearest. Upper and lower case are the same.
 *
 * @returns undefined if none is near: more than one edit for every three characters of the name.
 */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  let nearest: { readonly name: string; readonly edits: number } | undefined;
  for (const name of names) {
    if (name.length > MOST_CHARACTERS) continue;
    const edits = editsBetween(text.toLowerCase(), name.toLowerCase());
    if (edits > Math.ceil(name.length / 3)) continue;
    if (!nearest || edits < nearest.edits) nearest = { name, edits };
  }
  return nearest?.name;
}

/** The Levenshtein distance: how many characters have to be inserted, deleted or replaced. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1)
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
