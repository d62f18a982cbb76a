import { AsofError } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of a workflow run, to name a folder by.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` for any other text, which could lead elsewhere.
 */
export function runIdOf(id: string): string {
  if (RUN_ID.test(id)) return id;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `${quoted(id)} is not the id of a workflow run, which names the folder of the work`,
  );
}
