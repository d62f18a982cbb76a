import type { ModelInput } from '../../domain/training/feature-specification.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import type { ServedEndpoint } from '../catalogue/endpoint.ts';
import { FieldProblems } from './field-problems.ts';

/**
 * Checks the features that are given in the records. They must have the types of the model's inputs; for an
 * endpoint without a model they must be numbers, texts or truth values. Null is always valid.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, with the fields in `details`.
 */
export function checkGivenValues(
  { lookups, model }: ServedEndpoint,
  records: readonly RequestRecord[],
): void {
  const types = new Map(model?.inputs.map(({ name, type }) => [name, type]));
  const names = lookups.flatMap(({ features }) => features.map(({ as }) => as));
  const problems = new FieldProblems();
  records.forEach((record, index) => {
    for (const field of names) {
      if (!Object.hasOwn(record, field)) continue;
      const expected = types.get(field) ?? 'any';
      const { isValid, wanted } = EXPECTED[expected];
      if (record[field] === null || isValid(record[field])) continue;
      problems.add(field, index, `must be ${wanted} or null`);
    }
  });
  problems.throwIfAny();
}

interface ExpectedValue {
  readonly isValid: (value: unknown) => boolean;
  readonly wanted: string;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTruth = (value: unknown): boolean => typeof value === 'boolean';

/** JSON has numbers, such as 1e400, that are too great for a double. */
const isNumber = (value: unknown): boolean => Number.isFinite(value);

/** By the type of the model's input. `any`: the endpoint has no model, or its model does not read the feature. */
const EXPECTED: Record<ModelInput['type'] | 'any', ExpectedValue> = {
  double: { isValid: isNumber, wanted: 'a number' },
  string: { isValid: isText, wanted: 'a text' },
  boolean: {
    isValid: (value) => isTruth(value) || value === 0 || value === 1,
    wanted: 'true, false, 1, 0',
  },
  any: {
    isValid: (value) => isText(value) || isNumber(value) || isTruth(value),
    wanted: 'a number, a text, true, false',
  },
};
