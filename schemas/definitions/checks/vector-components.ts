import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, RequestTime } from '../../../domain/registry/definition.ts';
import { lookedUpColumns } from './looked-up-types.ts';

/**
 * The components of looked-up vectors must not have the names of anything else.
 *
 * @param at the definition that has the lookups, in words.
 * @param names the names of what is neither looked up nor of the request.
 */
export function componentProblems(
  at: string,
  of: RequestTime & { readonly lookups: readonly FeatureLookup[] | null },
  names: readonly string[],
  among: DefinitionSet,
): string[] {
  const { lookups, requestFields = [], requestFeatures = [] } = of;
  const lookedUp = (lookups ?? []).flatMap((lookup) => lookedUpColumns(lookup, among) ?? []);
  const named = [...requestFields, ...requestFeatures, ...lookedUp].map(({ name }) => name);
  const all = [...names, ...named].map((name) => name.toLowerCase());
  const isRepeated = (name: string) => all.indexOf(name) < all.lastIndexOf(name);
  return lookedUp
    .filter(({ name, as }) => name !== as && isRepeated(name.toLowerCase()))
    .map(
      ({ name, as }) =>
        `${at}: the vector '${as}' has a component '${name}', which something else is called too; rename one`,
    );
}
