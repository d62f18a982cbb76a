import type { MlflowClient } from '../../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../../adapters/mlflow/download-model.ts';
import { OnnxModel } from '../../../../adapters/onnx/onnx-model.ts';
import type { Queryable } from '../../../../db/sql/client.ts';
import { findModelFiles } from '../../../../db/training/models.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import type { ModelOutput } from '../../../../domain/training/model-output.ts';
import { scoreValues } from '../../../../domain/training/score-outputs.ts';
import type { TouchedModel } from '../touched.ts';
import type { ModelComparison } from './comparison.ts';
import { type AskedEntity, type InputContext, ModelInputs, NotAskable } from './model-inputs.ts';

/** The threshold of a probability, if none is given. */
const EVEN = 0.5;

/** What a model is asked with. */
export interface AskingContext extends InputContext {
  readonly db: Queryable;
  readonly mlflow: () => MlflowClient;
  /** By the names of models. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** Asks a model version for the predictions of entities, before and after, and counts those that differ. */
export class ModelAsker {
  readonly #inputs: ModelInputs;
  readonly #db: Queryable;
  readonly #onnx: OnnxModel;
  readonly #output: ModelOutput | undefined;
  readonly #counts: { -readonly [Name in keyof ModelComparison]: ModelComparison[Name] };

  private constructor(
    inputs: ModelInputs,
    onnx: OnnxModel,
    output: ModelOutput | undefined,
    { db, counts }: { readonly db: Queryable; readonly counts: ModelComparison },
  ) {
    this.#inputs = inputs;
    this.#db = db;
    this.#onnx = onnx;
    this.#output = output;
    this.#counts = { ...counts };
  }

  /** Loads a model version. Returns why not, if it cannot be asked. */
  static async load(
    { model, version }: TouchedModel,
    context: AskingContext,
  ): Promise<ModelAsker | ModelComparison> {
    const { db, mlflow, thresholds } = context;
    const nothing = {
      model,
      version,
      entities: 0,
      changed: 0,
      crossed: null,
      threshold: null,
      greatest: 0,
      why: null,
    };
    try {
      const files = () => findModelFiles(db, model, version);
      const { onnx, featureSpec } = await downloadModel(mlflow(), model, version, files);
      const inputs = new ModelInputs(featureSpec, context);
      const { output } = featureSpec;
      const isOfClasses = output?.classes !== undefined;
      const threshold = isOfClasses ? null : (thresholds[model] ?? (output === undefined ? EVEN : null));
      const crossed = threshold === null && !isOfClasses ? null : 0;
      const session = await OnnxModel.load(onnx, featureSpec, `${model}/${version}`);
      return new ModelAsker(inputs, session, output, { db, counts: { ...nothing, crossed, threshold } });
    } catch (error) {
      const isKnown = error instanceof AsofError || error instanceof NotAskable;
      if (!isKnown) throw error;
      return { ...nothing, why: error.message };
    }
  }

  async ask(entities: readonly AskedEntity[]): Promise<void> {
    const found = entities.filter((entity) => this.#inputs.finds(entity));
    if (found.length === 0) return;
    const pairs = await this.#inputs.of(this.#db, found);
    const predict = async (rows: Parameters<OnnxModel['predict']>[0]): Promise<number[][]> =>
      (await this.#onnx.predict(rows)).map((prediction) => scoreValues(this.#output, prediction));
    const before = await predict(pairs.map((pair) => pair.before));
    const after = await predict(pairs.map((pair) => pair.after));
    before.forEach((values, at) => this.#count(values, after[at]!));
  }

  /** The first value is the prediction, or the most probable class; probabilities of classes follow. */
  #count(before: readonly number[], after: readonly number[]): void {
    const counts = this.#counts;
    counts.entities += 1;
    const differences = before.map((value, at) => Math.abs(value - after[at]!));
    if (differences.every((one) => one === 0)) return;
    counts.changed += 1;
    const compared = before.length > 1 ? differences.slice(1) : differences;
    counts.greatest = Math.max(counts.greatest, ...compared);
    if (counts.crossed === null) return;
    const [was, is] = [before[0]!, after[0]!];
    const { threshold } = counts;
    const isCrossed = threshold === null ? was !== is : was >= threshold !== is >= threshold;
    if (isCrossed) counts.crossed += 1;
  }

  get result(): ModelComparison {
    return this.#counts;
  }

  close(): Promise<void> {
    return this.#onnx.close();
  }
}
