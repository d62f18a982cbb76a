import { AsofError } from '../../domain/errors/asof-error.ts';

const ADDRESS = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\//i;

/**
 * Refuses an address such as `s3://labels/june.csv` where a path is expected. As a path it would mean a folder
 * named `s3:`.
 *
 * @param what names the path in the message: `spine`.
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`.
 */
export function requireLocalPath(path: string, what: string): void {
  const scheme = ADDRESS.exec(path)?.groups!.scheme;
  if (scheme === undefined) return;
  throw new AsofError(
    'ASOF_PATH_UNSUPPORTED',
    `${what} is an address that begins with ${scheme.toLowerCase()}://, and Asof reads and writes files of this machine alone; ` +
      'copy the file here, and name its path',
    { details: { what } },
  );
}
