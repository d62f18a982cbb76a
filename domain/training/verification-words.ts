/** A row of a training set that differs. */
interface DifferingRowShown {
  readonly row: number;
  readonly features: readonly {
    readonly feature: string;
    readonly table: string | null;
    readonly was?: unknown;
    readonly is: unknown;
    readonly write: {
      readonly sequence: string;
      readonly kind: string;
      readonly subject: string;
      readonly knownAt: string;
    } | null;
  }[];
}

/** What differs in a row of a training set that was built again, a line for each feature. */
export function differingRowInWords({ row, features }: DifferingRowShown): string[] {
  if (features.length === 0)
    return [`row ${row} differs; the file of the set, which has its values, is gone`];
  return features.map(({ feature, table, was, is, write }) => {
    const of = table === null ? '' : ` (${table})`;
    const before = was === undefined ? 'unknown' : JSON.stringify(was);
    const by =
      write === null
        ? 'no write: changed outside Asof'
        : `${write.kind} write ${write.sequence} of ${write.subject}, ${write.knownAt}`;
    return `row ${row}, ${feature}${of}: was ${before}, is ${JSON.stringify(is)}; ${by}`;
  });
}
