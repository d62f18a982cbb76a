import { checkMlflow } from '../../../adapters/mlflow/check.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Described } from '../../../domain/registry/described.ts';
import type { ModelDependencies } from '../model-dependencies.ts';
import { whoTags } from './lineage-tags.ts';

/**
 * Checks that MLflow will take the model, so that no training ends in vain. Makes the experiment and the
 * registered model.
 *
 * @throws AsofError the codes of {@link checkMlflow}.
 */
export async function checkModelStore(
  { pool, mlflow }: Pick<ModelDependencies, 'pool' | 'mlflow'>,
  model: string,
): Promise<void> {
  const said: Described = (await loadRegistry(pool)).find('model', model) ?? {};
  await checkMlflow(mlflow, model, { description: said.description, tags: whoTags(said) });
}
