import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import type { ServedEndpoint } from '../catalogue/endpoint.ts';
import { FieldProblems } from './field-problems.ts';

/**
 * Checks the features that are given in the records. They must have the types of the model's inputs; for an
 * endpoint without a model they must be numbers or texts. Null is always valid.
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
      const value = record[field];
      const expected = types.get(field);
      const isText = typeof value === 'string' && expected !== 'double';
      // JSON has numbers, such as 1e400, that are too great for a double.
      const isNumber = Number.isFinite(value) && expected !== 'string';
      if (value === null || isText || isNumber) continue;
      const wanted =
        expected === 'double' ? 'a number' : expected === 'string' ? 'a text' : 'a number, a text';
      problems.add(field, index, `must be ${wanted} or null`);
    }
  });
  problems.throwIfAny();
}
