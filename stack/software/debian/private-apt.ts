import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type RunOptions, capture, run } from '../../processes/run.ts';
import { debianRelease } from '../../versions.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Dependencies of PostgreSQL and Redis that are not used here: the JIT compiler (it is off), Debian's cluster
 * tools, and packages that configure a system. apt treats them as installed, which halves the download.
 */
const standIns = [
  'adduser',
  'debconf',
  'init-system-helpers',
  'libllvm19',
  'libpam-modules',
  'locales',
  'netbase',
  'openssl',
  'perl',
  'postgresql-client-common',
  'postgresql-common',
  'procps',
  'readline-common',
  'ssl-cert',
  'sysvinit-utils',
  'tzdata',
  'ucf',
];

/**
 * Downloads packages and their dependencies with an apt that has its own root. It needs no privileges and
 * leaves the machine's packages unchanged.
 *
 * @returns the paths of the `.deb` files.
 * @throws AsofError `ASOF_STACK_TOOL_MISSING`, `ASOF_STACK_INSTALL_FAILED` (unavailable).
 */
export async function downloadPackages(
  packages: readonly string[],
  { root, mirror, ...options }: RunOptions & { root: string; mirror: string },
): Promise<string[]> {
  requireKeyring();
  const architecture = (await capture('dpkg', ['--print-architecture'])).trim();
  layOut(root, mirror, architecture, await machinesAcquireSettings());
  const env = { APT_CONFIG: join(root, 'apt.conf'), LC_ALL: 'C' };
  await run('apt-get', ['update'], { ...options, env });
  const install = ['install', '--yes', '--download-only', '--no-install-recommends', ...packages];
  await run('apt-get', install, { ...options, env });
  const archives = join(root, 'var/cache/apt/archives');
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
}

function requireKeyring(): void {
  if (existsSync(keyring)) return;
  throw new AsofError(
    'ASOF_STACK_TOOL_MISSING',
    `Debian's packages cannot be checked without ${keyring}. Install it: \`apt-get install debian-archive-keyring\`.`,
  );
}

/**
 * The download settings of this machine's apt, such as proxies and certificates, without its hooks, and without
 * those that allow packages that nobody has signed.
 */
async function machinesAcquireSettings(): Promise<string> {
  const settings = await capture('apt-config', ['dump']);
  return settings
    .split('\n')
    .filter((line) => line.startsWith('Acquire::') && !/^Acquire::(IndexTargets|Allow)/.test(line))
    .join('\n');
}

function layOut(root: string, mirror: string, architecture: string, acquire: string): void {
  for (const folder of [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/sources.list.d',
    'var/cache/apt/archives/partial',
    'var/lib/apt/lists/partial',
    'var/lib/dpkg',
    'var/log',
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const source = `deb [signed-by=${keyring}] ${mirror} ${debianRelease} main\n`;
  writeFileSync(join(root, 'etc/apt/sources.list'), source);
  writeFileSync(
    join(root, 'var/lib/dpkg/status'),
    standIns.map((name) => standIn(name, architecture)).join('\n'),
  );
  writeFileSync(join(root, 'apt.conf'), `${aptSettings(root, architecture)}\n${acquire}\n`);
}

function aptSettings(root: string, architecture: string): string {
  return `Dir "${root}";
Dir::State::status "${join(root, 'var/lib/dpkg/status')}";
Dir::Bin::Methods "/usr/lib/apt/methods";
APT::Architecture "${architecture}";
APT::Architectures "${architecture}";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";`;
}

function standIn(name: string, architecture: string): string {
  return `Package: ${name}
Status: install ok installed
Maintainer: Asof
Multi-Arch: allowed
Architecture: ${architecture}
Version: 99:1
Description: stand-in
`;
}
