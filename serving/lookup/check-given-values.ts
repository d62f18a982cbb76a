import type { ModelInput } from '../../domain/training/feature-specification.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import { type ServedEndpoint, featuresOf } from '../catalogue/endpoint.ts';
import { FieldProblems } from './field-problems.ts';

/**
 * Checks the features that are given in the records. They must have the types of the endpoint's inputs; those that
 * nothing reads must be numbers, texts, truth values or lists of numbers. Null is always valid.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, with the fields in `details`.
 */
export function checkGivenValues(endpoint: ServedEndpoint, records: readonly RequestRecord[]): void {
  const types = new Map(endpoint.inputs.map(({ name, type }) => [name, type]));
  const lengths = vectorLengths(endpoint.inputs);
  const names = featuresOf(endpoint);
  const problems = new FieldProblems();
  records.forEach((record, index) => {
    for (const field of names) {
      if (!Object.hasOwn(record, field)) continue;
      const { isValid, wanted } = lengths.has(field)
        ? vectorOf(lengths.get(field)!)
        : EXPECTED[types.get(field) ?? 'any'];
      if (record[field] === null || isValid(record[field])) continue;
      problems.add(field, index, `must be ${wanted} or null`);
    }
  });
  problems.throwIfAny();
}

/** How many components the vectors among the inputs have. */
function vectorLengths(inputs: readonly ModelInput[]): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { vector } of inputs)
    if (vector !== undefined) lengths.set(vector, (lengths.get(vector) ?? 0) + 1);
  return lengths;
}

interface ExpectedValue {
  readonly isValid: (value: unknown) => boolean;
  readonly wanted: string;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTruth = (value: unknown): boolean => typeof value === 'boolean';

/** JSON has numbers, such as 1e400, that are too great for a double. */
const isNumber = (value: unknown): boolean => Number.isFinite(value);

const isVector = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every(isNumber);

/** By the type of the input. `any`: no model and no request feature reads the feature. */
const EXPECTED: Record<ModelInput['type'] | 'any', ExpectedValue> = {
  double: { isValid: isNumber, wanted: 'a number' },
  string: { isValid: isText, wanted: 'a text' },
  boolean: {
    isValid: (value) => isTruth(value) || value === 0 || value === 1,
    wanted: 'true, false, 1, 0',
  },
  any: {
    isValid: (value) => isText(value) || isNumber(value) || isTruth(value) || isVector(value),
    wanted: 'a number, a text, true, false, a list of numbers',
  },
};

function vectorOf(length: number): ExpectedValue {
  return {
    isValid: (value) => isVector(value) && value.length === length,
    wanted: `a list of ${length} numbers`,
  };
}
