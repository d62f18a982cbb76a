/**
 * Where a definition keeps what it was made of. The symbol is registered, because definitions may import another
 * copy of Asof than the program that loads them.
 */
const USES = Symbol.for('asof.uses');

/**
 * Returns `made`, which remembers the definitions and lookups that it names, so that `apply` finds them and nobody
 * has to export them again.
 */
export function using<Made extends object>(made: Made, ...used: readonly object[]): Made {
  // A copy of a lookup (`{ ...lookup(table), lookback }`) has it too. JSON has no symbols.
  return Object.defineProperty(made, USES, { value: used, enumerable: true });
}

/** The definitions and lookups that `made` names. */
export function usesOf(made: object): readonly object[] {
  return (made as { readonly [USES]?: readonly object[] })[USES] ?? [];
}
