import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';

const MOST_CHARACTERS = 500;

/**
 * The path of a file of a model, relative to the model's folder.
 *
 * @throws AsofError `ASOF_ARTIFACT_PATH_INVALID` for one that could lead out of the folder.
 */
export function artifactPath(path: string): string {
  const parts = path.split('/');
  if (path.length <= MOST_CHARACTERS && parts.every(isName)) return path;
  throw new AsofError(
    'ASOF_ARTIFACT_PATH_INVALID',
    `a trained model names the file ${JSON.stringify(shortened(path, 100))}; expected a path below the model's folder, ` +
      `such as environment/python_env.yaml, of at most ${MOST_CHARACTERS} characters. Nothing was read; train again`,
  );
}

function isName(part: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !['', '.', '..'].includes(part) && !/[\\\u0000-\u001f\u007f]/.test(part);
}
