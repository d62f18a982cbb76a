import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult } from './output.ts';

/**
 * Runs work that loads definitions. If they have problems and `json` is asked for, standard output lists the problems
 * as one JSON object. The error goes on in any case.
 */
export async function listingProblems<Result>(
  json: boolean | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const problems = error instanceof AsofError ? error.details['problems'] : undefined;
    if (json && problems !== undefined) printResult({ problems }, { json, text: '' });
    throw error;
  }
}
