import { quoted } from '../../../domain/errors/quoted.ts';
import { derivationOrder } from '../../../domain/features/derivation-order.ts';
import { requestTypes } from '../../../domain/features/request-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, RequestTime } from '../../../domain/registry/definition.ts';
import { didYouMean } from '../../values/options.ts';
import { type Scope, expressionProblems, typeProblem } from '../expressions/expression-problems.ts';
import { lookedUpTypes } from './looked-up-types.ts';

/** What computes features of a request, with the lookups whose features it may read. */
interface RequestTimeOf extends RequestTime {
  readonly lookups: readonly FeatureLookup[] | null;
}

const FEATURE = { types: ['number', 'text', 'boolean'], by: 'a request feature' } as const;

/**
 * The problems that prevent request features from being computed. Nothing is said of what they read while the lookups
 * themselves have problems.
 *
 * @param at the definition that has the features, in words.
 */
export function requestTimeProblems(at: string, of: RequestTimeOf, among: DefinitionSet): string[] {
  const { lookups, requestFeatures = [] } = of;
  const lookedUp = lookedUpTypes(lookups ?? [], among);
  if (!lookedUp) return [];
  const { circle } = derivationOrder(requestFeatures);
  const names = circle.map(({ name }) => `'${name}'`).join(', ');
  const inCircle =
    circle.length === 0
      ? []
      : [
          `${at}: request features ${names} are made of each other in a circle; make one of them of others alone`,
        ];
  const scope = requestScope(requestTypes(lookedUp, of));
  const unfit = requestFeatures.flatMap(({ name, expression }) =>
    expressionProblems(expression, scope, FEATURE).map(
      (problem) => `${at}: request feature '${name}': ${problem}`,
    ),
  );
  return [...inCircle, ...unfit];
}

/** What the expression of a request feature may name. */
function requestScope(types: ReturnType<typeof requestTypes>): Scope {
  return {
    typeOf: (name) => types.get(name),
    unfit(name, wanted) {
      const type = types.get(name);
      return type === undefined
        ? `${quoted(name)} is no looked-up feature, request field or request feature${didYouMean(name, types.keys())}`
        : typeProblem(name, type, wanted);
    },
    moment: 'now',
  };
}
