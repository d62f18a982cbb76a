import {
  REQUEST_FIELD_WORDS,
  type RequestValue,
  requestValueOfJson,
} from '../../domain/features/request-field.ts';
import type { RequestField } from '../../domain/registry/definition.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import { FieldProblems } from './field-problems.ts';

/**
 * The request fields of each record. An optional one that is missing is null.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, with the fields in `details`.
 */
export function readRequestFields(
  fields: readonly RequestField[],
  records: readonly RequestRecord[],
): Record<string, RequestValue>[] {
  const problems = new FieldProblems();
  const read = records.map((record, index) => {
    const values: Record<string, RequestValue> = {};
    for (const { name, type, required } of fields) {
      const given = Object.hasOwn(record, name) ? record[name] : undefined;
      const value = requestValueOfJson(type, given);
      if (value === null && required)
        problems.add(name, index, `is missing; expected ${REQUEST_FIELD_WORDS[type]}`);
      else if (value === undefined)
        problems.add(name, index, `must be ${REQUEST_FIELD_WORDS[type]}${required ? '' : ', or null'}`);
      else values[name] = value;
    }
    return values;
  });
  problems.throwIfAny();
  return read;
}
