/** The items in parts of at most `most`, in order. */
export function inParts<Item>(items: readonly Item[], most: number): Item[][] {
  const parts = Math.ceil(items.length / most);
  return Array.from({ length: parts }, (_, part) => items.slice(part * most, (part + 1) * most));
}
