/** A path in a definition as text, with the names of what stands in lists: `features.spend.over`. */
export function pathText(path: readonly PropertyKey[], value: unknown): string {
  const steps: string[] = [];
  let at = value;
  for (const step of path) {
    at = memberOf(at, step);
    const name = typeof step === 'number' ? memberOf(at, 'name') : step;
    steps.push(typeof name === 'string' ? name : String(step));
  }
  return steps.join('.');
}

/** What a path in a value leads to. Undefined if nothing is there. */
export function valueAt(path: readonly PropertyKey[], value: unknown): unknown {
  return path.reduce(memberOf, value);
}

function memberOf(value: unknown, step: PropertyKey): unknown {
  return (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[step];
}
