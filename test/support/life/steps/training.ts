import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import type { TrainModelResult } from '../../../../schemas/workflows/train-model.ts';
import { builtSet, readBuiltSet } from '../../expectations/built-set.ts';
import { madeIn } from '../../expectations/made-in-mlflow.ts';
import { simulatedReference } from '../../projects/simulated-reference.ts';
import { type Life, expectedOf, fileOf, runOnce, untilDone } from '../life.ts';
import type { LivedStep } from './step.ts';

/** Builds the training set of random labels. */
export const buildStep: LivedStep = {
  async live(life) {
    const spine = fileOf(life, 'labels.csv');
    life.shop.writeLabels(spine);
    life.made.trainingSet = await build(life, 'churn.parquet');
  },
  async check(life) {
    const { id, sha256 } = life.made.trainingSet!;
    const { differences } = await readBuiltSet(
      await builtSet(life.project.pool, id),
      await expectedOf(life),
      simulatedReference(life.shop.options),
    );
    const again = await build(life, 'again.parquet');
    return [...differences, ...unlike('the set built again', again.sha256, sha256)];
  },
};

function build(life: Life, name: string) {
  const files = { spine: fileOf(life, 'labels.csv'), out: fileOf(life, name) };
  return untilDone(life, () => life.project.asof.trainingSet('churn').build(files));
}

/** Trains a model on the built set, once. */
export const trainStep: LivedStep = {
  async live(life) {
    const { model, made } = life;
    made.training = await runOnce<TrainModelResult>(life, 'trainModel', {
      model,
      trainingSetId: made.trainingSet!.id,
    });
  },
  async check({ model, project, made }) {
    const { trainingSet, training } = made;
    const mlflow = createMlflow(project.settings.mlflow);
    const lineage = await project.asof.lineage.model(`${model}/1`);
    return [
      ...unlike('runs, models and versions', await madeIn(mlflow, model), {
        runs: [training!.runId],
        models: 1,
        versions: ['1'],
      }),
      ...unlike(
        'lineage',
        [lineage.trainingSet.id, lineage.trainingSet.sha256, lineage.run],
        [trainingSet!.id, trainingSet!.sha256, training!.runId],
      ),
    ];
  },
};

function unlike(what: string, got: unknown, wanted: unknown): string[] {
  const [found, expected] = [JSON.stringify(got), JSON.stringify(wanted)];
  return found === expected ? [] : [`${what}: expected ${expected}, got ${found}`];
}
