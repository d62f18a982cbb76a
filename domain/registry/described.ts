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
interface Parts {
  readonly features?: readonly object[];
  readonly fields?: readonly object[];
}

/**
 * A definition without what people say of it and of its features and fields: what it means. The order of its members
 * stays.
 */
export function meaningOf<D extends Described>(definition: D): D {
  const { features, fields } = definition as Parts;
  return {
    ...definition,
    ...(features && { features: features.map(undescribed) }),
    ...(fields && { fields: fields.map(undescribed) }),
    ...NOTHING_SAID,
  };
}

/** Members without a value are not part of the JSON. */
const NOTHING_SAID = { description: undefined, owner: undefined, tags: undefined };

function undescribed(part: object): object {
  return { ...part, ...NOTHING_SAID };
}
