import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import type { ModelInput } from '../../domain/training/feature-specification.ts';

const OUTPUT = 'probabilities';

/**
 * A classifier in ONNX. It takes a tensor `[N, 1]` for each input, by name, and returns `probabilities` `[N,
 * 2]`.
 */
export class OnnxModel {
  readonly inputs: readonly ModelInput[];
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession, inputs: readonly ModelInput[]) {
    this.#session = session;
    this.inputs = inputs;
  }

  /**
   * Loads a model from its bytes.
   *
   * @throws AsofError `ASOF_MODEL_NOT_SERVABLE` if the bytes are not such a model or `inputs` lacks one of
   * its inputs.
   */
  static async load(onnx: Uint8Array, inputs: readonly ModelInput[], name: string): Promise<OnnxModel> {
    // One thread for each run: a request has few rows, and requests run in parallel.
    const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 }).catch(
      (cause: unknown) => {
        throw notServable(name, reasonOf(cause), cause);
      },
    );
    const unlike = session.inputNames.filter((input) => !inputs.some((known) => known.name === input));
    if (unlike.length > 0) throw notServable(name, `its specification lacks the inputs ${unlike.join(', ')}`);
    if (!session.outputNames.includes(OUTPUT)) throw notServable(name, `it has no output '${OUTPUT}'`);
    return new OnnxModel(session, inputs);
  }

  /**
   * The probability of class 1 for each row, in one run. The model sees a null number as NaN and a null text
   * as ''.
   */
  async predict(rows: readonly Readonly<Record<string, FeatureValue>>[]): Promise<number[]> {
    const feeds: Record<string, Tensor> = {};
    for (const { name, type } of this.inputs) {
      if (!this.#session.inputNames.includes(name)) continue;
      feeds[name] = type === 'string' ? texts(rows, name) : numbers(rows, name);
    }
    const { [OUTPUT]: probabilities } = await this.#session.run(feeds, [OUTPUT]);
    const data = probabilities!.data as Float32Array;
    return rows.map((_, index) => data[2 * index + 1]!);
  }

  close(): Promise<void> {
    return this.#session.release();
  }
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
