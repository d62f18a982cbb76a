import fc from 'fast-check';
import type { WorkflowType } from '../../../schemas/workflows/inputs.ts';

const TIME = '2026-03-01T00:00:00Z';

interface Example {
  readonly input: Readonly<Record<string, unknown>>;
  /** The fields that the input cannot do without. */
  readonly required: readonly string[];
}

const examples: Readonly<Record<WorkflowType, Example>> = {
  applyRetention: { input: { dryRun: true, at: TIME }, required: [] },
  assessImpact: { input: { since: '1', listed: 5 }, required: [] },
  backfillFeatures: {
    input: { table: 't', from: TIME, late: 'leave', maxEvents: 9 },
    required: ['table'],
  },
  buildTrainingSet: {
    input: {
      trainingSet: 't',
      spine: 'a.csv',
      out: 'a.parquet',
      host: 'h',
      overwrite: true,
      allowMissing: false,
      as: 'as-known',
    },
    required: ['trainingSet', 'spine'],
  },
  computeBatchFeatures: { input: { table: 't', at: TIME, again: true }, required: ['table'] },
  fillFields: { input: { source: 's' }, required: ['source'] },
  refreshOnlineTable: {
    input: { table: 't', mode: 'snapshot', trigger: '2 seconds', asOf: TIME, maxHistoryEvents: 50 },
    required: ['table'],
  },
  scoreBatch: {
    input: {
      model: 'm',
      version: 1,
      spine: 'a.csv',
      as: 'latest',
      form: 'csv',
      table: 't',
      host: 'h',
      overwrite: true,
    },
    required: ['model', 'spine'],
  },
  streamFeatures: {
    input: {
      source: 's',
      trigger: '1 second',
      from: 'latest',
      untilCaughtUp: true,
      shards: 2,
      maxRecords: 5,
      maxBytes: 5,
      maxHistoryEvents: 50,
    },
    required: ['source'],
  },
  trainModel: {
    input: { model: 'm', trainingSetId: 'ts_1', host: 'h', allowMissing: true },
    required: ['model'],
  },
  verifyTrainingSet: { input: { id: 'ts_1', spine: 'a.csv', host: 'h' }, required: ['id'] },
};

/** An input of each workflow type, with fields of every kind. */
export const INPUTS = Object.entries(examples).map(([type, example]) => ({
  type: type as WorkflowType,
  ...example,
}));

/** Values that no field takes. */
const wrongValues = fc.oneof(
  fc.constantFrom<unknown>(null, [], {}, [null], { table: 't' }, -1, 1e300, '', 0.5),
  fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }),
  fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.jsonValue(), { minKeys: 1, maxKeys: 5 }),
);

/** An input that is not valid, and the name of a field that the error must have. */
export const wrongInputs = fc.constantFrom(...INPUTS).chain(({ type, input, required }) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...Object.keys(input)), wrongValues)
      .map(([field, wrong]) => ({ type, field, input: { ...input, [field]: wrong } })),
    fc
      .tuple(
        fc.stringMatching(/^[a-z]{3,8}_[a-z]{3,200}$/),
        fc.oneof(fc.jsonValue(), fc.constantFrom('x'.repeat(20_000), '東'.repeat(10_000))),
      )
      .map(([field, value]) => ({
        type,
        field: field.slice(0, 60),
        input: { [field]: value, ...input },
      })),
    ...(required.length === 0
      ? []
      : [
          fc.constantFrom(...required).map((field) => {
            const { [field]: _left, ...rest } = input;
            return { type, field, input: rest };
          }),
          fc.constantFrom(...required).map((field) => ({ type, field, input: null })),
        ]),
  ),
);
