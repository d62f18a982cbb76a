import { quoted } from '../../../domain/errors/quoted.ts';
import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type {
  FeatureType,
  ModelDefinition,
  TrainingSetDefinition,
} from '../../../domain/registry/definition.ts';
import { didYouMean } from '../../values/options.ts';

/** The problems that prevent a model from being trained. */
export function modelProblems(model: ModelDefinition, among: DefinitionSet): string[] {
  const at = `model '${model.name}'`;
  const set = among.find('training_set', model.trainingSet);
  if (!set) return [`${at}: there is no training set '${model.trainingSet}' among the definitions`];
  const types = inputTypes(set, among);
  if (!types) return [];
  const named = [
    ...Object.keys(model.nulls).map((input) => ['nulls', input] as const),
    ...(model.recency === null ? [] : [['recency', model.recency] as const]),
  ];
  return named.flatMap(([option, input]) => {
    const type = types.get(input);
    if (type === undefined)
      return [
        `${at}: ${option} names ${quoted(input)}, which its training set does not look up${didYouMean(input, types.keys())}`,
      ];
    if (type === 'string')
      return [`${at}: ${option} names '${input}', which is a text; only numbers have one`];
    const fill = model.nulls[input];
    return option === 'nulls' && type === 'boolean' && fill !== 0 && fill !== 1
      ? [`${at}: nulls gives '${input}', which is true or false, the number ${fill}; expected 0 or 1`]
      : [];
  });
}

/** The types of a model's inputs by name. Undefined if a table of the training set is unknown. */
function inputTypes(
  { lookups }: TrainingSetDefinition,
  among: DefinitionSet,
): ReadonlyMap<string, FeatureType> | undefined {
  const types = new Map<string, FeatureType>();
  for (const { table, features } of lookups) {
    const found = among.findFeatureTable(table);
    if (!found) return undefined;
    const ofTable = featureTypes(found, among.sourceOf(found));
    for (const { feature, as } of features) {
      const type = ofTable.get(feature);
      if (type === undefined) return undefined;
      types.set(as, type);
    }
  }
  return types;
}
