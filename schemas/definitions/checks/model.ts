import { quoted } from '../../../domain/errors/quoted.ts';
import { requestTypes } from '../../../domain/features/request-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type {
  ModelDefinition,
  RequestFieldType,
  ScalarFeatureType,
  TrainingSetDefinition,
} from '../../../domain/registry/definition.ts';
import { didYouMean } from '../../values/options.ts';
import { lookedUpTypes } from './looked-up-types.ts';

/** The problems that prevent a model from being trained. */
export function modelProblems(model: ModelDefinition, among: DefinitionSet): string[] {
  const at = `model '${model.name}'`;
  const set = among.find('training_set', model.trainingSet);
  if (!set) return [`${at}: there is no training set '${model.trainingSet}' among the definitions`];
  const unlabelled =
    set.spine.label === undefined
      ? [`${at}: training set '${set.name}' has no label, which a model learns`]
      : [];
  const types = inputTypes(set, among);
  if (!types) return unlabelled;
  const named = [
    ...Object.keys(model.nulls).map((input) => ['nulls', input] as const),
    ...(model.recency === null ? [] : [['recency', model.recency] as const]),
    ...Object.keys(model.categories ?? {}).map((input) => ['categories', input] as const),
  ];
  const unfit = named.flatMap(([option, input]) => {
    const type = types.get(input);
    if (type === undefined)
      return [
        `${at}: ${option} names ${quoted(input)}, which its training set neither looks up nor computes${didYouMean(input, types.keys())}`,
      ];
    if (option === 'categories')
      return type === 'string' ? [] : [`${at}: categories names '${input}', which is a ${type}, not a text`];
    if (type === 'string')
      return [`${at}: ${option} names '${input}', which is a text; only numbers have one`];
    const fill = model.nulls[input];
    return option === 'nulls' && type === 'boolean' && fill !== 0 && fill !== 1
      ? [`${at}: nulls gives '${input}', which is true or false, the number ${fill}; expected 0 or 1`]
      : [];
  });
  return [...unlabelled, ...unfit];
}

/** The types of a model's inputs by name. Undefined if a lookup of the training set is unknown. */
function inputTypes(
  set: TrainingSetDefinition,
  among: DefinitionSet,
): ReadonlyMap<string, ScalarFeatureType | RequestFieldType> | undefined {
  const lookedUp = lookedUpTypes(set.lookups, among);
  if (!lookedUp) return undefined;
  const types = requestTypes(lookedUp, set);
  const names = [...lookedUp.keys(), ...(set.requestFeatures ?? []).map(({ name }) => name)];
  return new Map(names.map((name) => [name, types.get(name)!]));
}
