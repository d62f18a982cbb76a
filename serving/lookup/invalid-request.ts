import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * The error for records with missing or wrong fields: `ASOF_REQUEST_INVALID`. It lists the first 20 problems.
 */
export function invalidFields(
  problems: readonly { readonly field: string; readonly record: number; readonly problem: string }[],
): AsofError {
  const lines = problems.map(({ field, record, problem }) => `✖ '${field}' of record ${record} ${problem}`);
  return new AsofError(
    'ASOF_REQUEST_INVALID',
    `the request is not valid:\n${lines.slice(0, 20).join('\n')}`,
    {
      details: { fields: [...new Set(problems.map(({ field }) => field))], problems: problems.slice(0, 20) },
    },
  );
}
