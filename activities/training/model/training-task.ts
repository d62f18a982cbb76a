import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import { type ModelEstimator, isOwnActivity, isOwnPython } from '../../../domain/registry/model-estimator.ts';
import type { FeatureSpecification } from '../../../domain/training/feature-specification.ts';
import type { TrainingTask } from '../../../schemas/workflows/train-model.ts';

/** What a task says of the rows, beside what the model's definition says. */
type TaskRows = Pick<
  TrainingTask,
  'id' | 'rowsSha256' | 'label' | 'split' | 'weight' | 'specification' | 'folder'
>;

/** The task of training a model. What the definition does not say is left to the trainer's defaults. */
export function trainingTask(model: ModelDefinition, { folder, ...rows }: TaskRows): TrainingTask {
  const { task, estimator, parameters, recency, maxCategories, classWeights, earlyStopping, group } = model;
  return {
    ...rows,
    inputs: inputsOf(rows.specification, model),
    parameters,
    recency,
    task,
    ...trainerOf(estimator),
    ...(isOwnActivity(estimator) && { folder }),
    maxCategories,
    classWeights,
    earlyStopping,
    group,
  };
}

function trainerOf(estimator: ModelEstimator | undefined): Pick<TrainingTask, 'estimator' | 'code'> {
  if (!isOwnPython(estimator)) return isOwnActivity(estimator) ? {} : { estimator };
  const { python: source, minutes, memoryMb } = estimator;
  return { estimator: 'python', code: { source, minutes, memoryMb } };
}

function inputsOf(
  { inputs }: FeatureSpecification,
  { nulls, categories = {} }: ModelDefinition,
): TrainingTask['inputs'] {
  return inputs.map(({ name, type }) =>
    type === 'string'
      ? { name, type, fill: null, categories: categories[name] }
      : { name, type, fill: nulls[name] ?? 0 },
  );
}
