/** What people say of a definition, a feature or a field. It has no part in what is computed. */
export interface Described {
  readonly description?: string | undefined;
  /** Who answers for it: a person, a team, an address. */
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What people say, alone. */
export function describedBy({ description, owner, tags }: Described): Described {
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** The parts of definitions that people describe one by one. */
type Parts = { readonly [Name in (typeof PARTS)[number]]?: readonly object[] };

const PARTS = ['features', 'intermediate', 'fields', 'requestFields', 'requestFeatures'] as const;

/**
 * A definition without what people say of it and of its features and fields, and without what is done about
 * corrections: what it means. The order of its members stays.
 */
export function meaningOf<D extends Described>(definition: D): D {
  const parts = definition as Parts;
  const meant = PARTS.flatMap((name) => {
    const part = parts[name];
    return part === undefined ? [] : [[name, part.map(undescribed)] as const];
  });
  return { ...definition, ...Object.fromEntries(meant), ...NOTHING_SAID, onCorrection: undefined };
}

/** Members without a value are not part of the JSON. */
const NOTHING_SAID = { description: undefined, owner: undefined, tags: undefined };

function undescribed(part: object): object {
  return { ...part, ...NOTHING_SAID };
}
