import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import type { FeatureSpecification, ModelInput } from '../../domain/training/feature-specification.ts';
import { type ModelOutput, type Prediction, predictionsOf } from '../../domain/training/model-output.ts';

/**
 * A model in ONNX. It takes a tensor `[N, 1]` for each input, by name, and returns `probabilities` `[N, classes]`, or
 * `prediction` `[N, 1]`.
 */
export class OnnxModel {
  readonly inputs: readonly ModelInput[];
  readonly #output: ModelOutput | undefined;
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession, { inputs, output }: ModelShape) {
    this.#session = session;
    this.inputs = inputs;
    this.#output = output;
  }

  /**
   * Loads a model from its bytes.
   *
   * @throws AsofError `ASOF_MODEL_NOT_SERVABLE` if the bytes are not such a model or `shape` lacks one of
   * its inputs.
   */
  static async load(onnx: Uint8Array, shape: ModelShape, name: string): Promise<OnnxModel> {
    // One thread for each run: a request has few rows, and requests run in parallel.
    const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 }).catch(
      (cause: unknown) => {
        throw notServable(name, reasonOf(cause), cause);
      },
    );
    const unlike = session.inputNames.filter((input) => !shape.inputs.some((known) => known.name === input));
    if (unlike.length > 0) throw notServable(name, `its specification lacks the inputs ${unlike.join(', ')}`);
    const output = outputName(shape.output);
    if (!session.outputNames.includes(output)) throw notServable(name, `it has no output '${output}'`);
    return new OnnxModel(session, shape);
  }

  /** The prediction for each row, in one run. The model sees a null number as NaN and a null text as ''. */
  async predict(rows: readonly Readonly<Record<string, FeatureValue>>[]): Promise<Prediction[]> {
    const feeds: Record<string, Tensor> = {};
    for (const { name, type } of this.inputs) {
      if (!this.#session.inputNames.includes(name)) continue;
      feeds[name] = type === 'string' ? texts(rows, name) : numbers(rows, name);
    }
    const name = outputName(this.#output);
    const { [name]: answers } = await this.#session.run(feeds, [name]);
    return predictionsOf(answers!.data as Float32Array, rows.length, this.#output);
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

/** The parts of a specification that say what a model takes and answers. */
export type ModelShape = Pick<FeatureSpecification, 'inputs' | 'output'>;

function outputName(output: ModelOutput | undefined): string {
  return output === undefined || output.task === 'classification' ? 'probabilities' : 'prediction';
}

function numbers(rows: readonly Readonly<Record<string, FeatureValue>>[], name: string): Tensor {
  const values = Float32Array.from(rows, (row) => (row[name] === null ? NaN : Number(row[name])));
  return new Tensor('float32', values, [rows.length, 1]);
}

function texts(rows: readonly Readonly<Record<string, FeatureValue>>[], name: string): Tensor {
  const values = rows.map((row) => (row[name] === null ? '' : String(row[name])));
  return new Tensor('string', values, [rows.length, 1]);
}

function notServable(name: string, why: string, cause?: unknown): AsofError {
  return new AsofError('ASOF_MODEL_NOT_SERVABLE', `the ONNX model of ${name} cannot be served: ${why}`, {
    details: { model: name },
    cause,
  });
}
