import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';

/** The columns that say which model predicted. */
export const [MODEL, MODEL_VERSION] = ['model', 'model_version'];

/**
 * Requires the keys and the moment of a spine to be called otherwise than the columns of the predictions, whatever
 * their case.
 *
 * @throws AsofError `ASOF_SCORES_REFUSED`.
 */
export function requireOtherNames(columns: readonly SpineColumn[], outputs: readonly string[]): void {
  const own = [...outputs, MODEL, MODEL_VERSION];
  const taken = columns.find(
    ({ name, role }) => ['key', 'timestamp'].includes(role) && own.includes(name.toLowerCase()),
  );
  if (!taken) return;
  throw new AsofError(
    'ASOF_SCORES_REFUSED',
    `the spine's column '${taken.name}' is called as a column of the predictions (${own.join(', ')}); ` +
      'rename it in the spine and in the training set, and train again',
    { details: { column: taken.name } },
  );
}
