import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import { parameterProblems } from './parameters.ts';

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** What options of a model do not fit each other. */
export function unfitOptions(model: ModelDefinition): Problem[] {
  const { task, estimator, parameters, classWeights, earlyStopping, group } = model;
  const rules: [isBroken: boolean, path: string, message: string][] = [
    [task === 'ranking' && group === undefined, 'group', 'a ranking needs the column whose rows it ranks'],
    [task !== 'ranking' && group !== undefined, 'group', "only a model with task: 'ranking' has groups"],
    [
      classWeights !== undefined && task !== undefined,
      'classWeights',
      `a model with task: '${task}' has no classes`,
    ],
    [
      earlyStopping !== undefined && (estimator === 'linear' || typeof estimator === 'object'),
      'earlyStopping',
      'only gradientBoosting and histGradientBoosting make one tree after another',
    ],
  ];
  return [
    ...parameterProblems(estimator, parameters),
    ...rules.filter(([isBroken]) => isBroken).map(([, path, message]) => ({ path: [path], message })),
  ];
}
