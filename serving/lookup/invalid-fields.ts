import { AsofError } from '../../domain/errors/asof-error.ts';

/** A request whose records lack fields, or have wrong ones. */
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
