import { basename } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { versions } from '../../versions.ts';
import { isReleaseOf, upstreamVersion } from '../version.ts';

const expected: Record<string, string> = {
  'postgresql-17': versions.postgres,
  'postgresql-17-timescaledb': versions.timescaledb,
  'redis-server': versions.redis,
};

/**
 * Checks the versions of downloaded packages. Debian's archive serves only one build of a package, so the
 * version is known only after the download.
 *
 * @returns the versions by package, for the record.
 * @throws AsofError `ASOF_STACK_INSTALL_FAILED` if a version is not the expected one.
 */
export function checkedVersions(archives: readonly string[]): Record<string, string> {
  const downloaded = Object.fromEntries(archives.map(packageVersion));
  return Object.fromEntries(
    Object.entries(expected).map(([name, version]) => {
      const found = downloaded[name];
      if (found !== undefined && isReleaseOf(found, version)) return [name, found];
      throw new AsofError(
        'ASOF_STACK_INSTALL_FAILED',
        `Debian's archive gave ${name} ${found ?? '(nothing)'}; expected ${version}. ` +
          'Check ASOF_DEBIAN_MIRROR, or adapt stack/versions.ts and docker-compose.yml together.',
      );
    }),
  );
}

/** `redis-server_5%3a8.0.2-3_amd64.deb` is redis-server 8.0.2. */
function packageVersion(archive: string): [string, string] {
  const [name = '', version = ''] = basename(archive).split('_');
  return [name, upstreamVersion(decodeURIComponent(version))];
}
