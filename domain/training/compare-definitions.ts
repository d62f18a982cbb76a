/** An option that two versions of a definition have differently. A value that one lacks is undefined there. */
export interface ChangedOption {
  /** Where it stands, such as `features.revenue_1h.where`. */
  readonly option: string;
  readonly a?: unknown;
  readonly b?: unknown;
}

/**
 * The options that differ between two versions of a definition. Parts that have names are matched by them.
 *
 * @param isWhole whether an option is taken as a whole, whatever its parts are. Omitted: none is.
 */
export function changedOptions(
  a: unknown,
  b: unknown,
  isWhole: (option: string) => boolean = () => false,
): ChangedOption[] {
  return changes(a, b, { option: '', isWhole });
}

interface Place {
  readonly option: string;
  readonly isWhole: (option: string) => boolean;
}

function changes(a: unknown, b: unknown, { option, isWhole }: Place): ChangedOption[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const [partsA, partsB] = isWhole(option) ? [] : [partsOf(a), partsOf(b)];
  if (!partsA || !partsB) return [{ option, ...(a !== undefined && { a }), ...(b !== undefined && { b }) }];
  const names = new Set([...partsA.keys(), ...partsB.keys()]);
  const inside = [...names].flatMap((name) =>
    changes(partsA.get(name), partsB.get(name), {
      option: option === '' ? name : `${option}.${name}`,
      isWhole,
    }),
  );
  // The same parts in another order.
  return inside.length === 0 ? [{ option, a, b }] : inside;
}

/** The parts of an object, or of a list of things with names; undefined for anything else. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map(nameOf);
  if (names.some((name) => name === undefined) || new Set(names).size !== names.length) return undefined;
  return new Map(names.map((name, index) => [name!, value[index]]));
}

/** By what a part of a definition is told from the others: a lookup by its table, a looked-up feature by its column. */
function nameOf(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const { name, as, table } = part as Partial<Record<'name' | 'as' | 'table', string>>;
  return name ?? as ?? table;
}
