/** A row of one of two training sets: what tells it from others, and its value. */
export interface KeyedRow {
  readonly key: string;
  readonly value: number | bigint | string | boolean | null;
}

/** How two lists of rows differ: the first row with a key is that of the other list, and so on. */
export function comparedRows(a: readonly KeyedRow[], b: readonly KeyedRow[]) {
  const left = [...b];
  let [onlyA, both, changed] = [0, 0, 0];
  for (const row of a) {
    const at = left.findIndex(({ key }) => key === row.key);
    if (at === -1) {
      onlyA += 1;
      continue;
    }
    const [other] = left.splice(at, 1);
    both += 1;
    if (!Object.is(row.value, other!.value)) changed += 1;
  }
  return { onlyA, onlyB: left.length, both, changed };
}
