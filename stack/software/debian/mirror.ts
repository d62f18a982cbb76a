import { AsofError } from '../../../domain/errors/asof-error.ts';
import { capture } from '../../processes/run.ts';

/**
 * The Debian mirror of this machine's apt, which may be a company's own: or `ASOF_DEBIAN_MIRROR`.
 *
 * @throws AsofError `ASOF_STACK_TOOL_MISSING` (unavailable) if apt uses no Debian mirror.
 */
export async function debianMirror(): Promise<string> {
  const named = process.env.ASOF_DEBIAN_MIRROR;
  if (named) return named;
  const repositories = await capture('apt-get', ['indextargets', '--format', '$(REPO_URI)']);
  const mirror = mainArchive(repositories.split('\n'));
  if (mirror) return mirror;
  throw new AsofError(
    'ASOF_STACK_TOOL_MISSING',
    "TimescaleDB and Redis come from Debian's archive, and this machine's apt sources name none " +
      '(expected an address that ends in /debian). Set ASOF_DEBIAN_MIRROR to one, or start Docker.',
  );
}

/** The first repository that is Debian's main archive. */
export function mainArchive(repositories: readonly string[]): string | undefined {
  return repositories.find((uri) => /\/debian\/?$/.test(uri));
}
