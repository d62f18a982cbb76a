import { expect, test, vi } from 'vitest';
import { checkedVersions } from '../../../stack/software/debian/archive-versions.ts';
import { mainArchive } from '../../../stack/software/debian/mirror.ts';
import { requireTools } from '../../../stack/software/tool.ts';
import { isAtLeast, isReleaseOf, upstreamVersion } from '../../../stack/software/version.ts';

test.each([
  ['1.26.0', '1.21', true],
  ['1.9', '1.21', false],
  ['17.0.15', '17', true],
  ['11.0.2', '17', false],
  ['3.11', '3.11.2', false],
])('%s is at least %s: %s', (found, least, answer) => {
  expect(isAtLeast(found, least)).toBe(answer);
});

test.each([
  ['17.12', '17', true],
  ['8.0.2', '8.0', true],
  ['8.2.1', '8.0', false],
  ['2.19.3', '2.19.3', true],
])('%s is a release of %s: %s', (found, expected, answer) => {
  expect(isReleaseOf(found, expected)).toBe(answer);
});

test.each([
  ['5:8.0.2-3+deb13u3', '8.0.2'],
  ['17.12-0+deb13u1', '17.12'],
  ['2.19.3+dfsg-1+deb13u1', '2.19.3'],
])("Debian's %s is %s upstream", (debian, upstream) => {
  expect(upstreamVersion(debian)).toBe(upstream);
});

const archives = [
  '/a/postgresql-17_17.12-0+deb13u1_amd64.deb',
  '/a/postgresql-17-timescaledb_2.19.3+dfsg-1+deb13u1_amd64.deb',
  '/a/redis-server_5%3a8.0.2-3+deb13u3_amd64.deb',
];

test('the downloaded versions are returned', () => {
  expect(checkedVersions(archives)).toEqual({
    'postgresql-17': '17.12',
    'postgresql-17-timescaledb': '2.19.3',
    'redis-server': '8.0.2',
  });
});

test('an unexpected release is refused, and the error names both', () => {
  const newer = archives.map((archive) => archive.replace('8.0.2', '8.4.0'));
  expect(() => checkedVersions(newer)).toThrow('gave redis-server 8.4.0; expected 8.0');
});

test('the mirror is the main archive of apt, and not the one for updates', () => {
  expect(mainArchive(['http://mirror.example/debian-security/', 'http://mirror.example/debian/'])).toBe(
    'http://mirror.example/debian/',
  );
  expect(mainArchive(['http://mirror.example/ubuntu/'])).toBeUndefined();
});

test('the error names all missing tools, and what to install', async () => {
  vi.stubEnv('PATH', '/usr/bin:/bin');
  const needs = new Map([
    ['temporal', [{ command: 'no-such-go', install: 'Install Go.' }]],
    ['kafka', [{ command: 'sh', install: '' }]],
    ['redis', [{ command: 'false', install: 'Mend it.', version: { args: [], atLeast: '1' } }]],
    [
      'mlflow',
      [{ command: 'env', install: 'Get a newer one.', version: { args: ['--version'], atLeast: '1000' } }],
    ],
  ]);
  await expect(requireTools(needs)).rejects.toThrow(
    /temporal needs no-such-go: it is not on the PATH\. Install Go\.\n {2}redis needs false: it does not work \(.*false.*\)\. Mend it\.\n {2}mlflow needs env: it is [\d.]+, expected at least 1000/,
  );
  vi.unstubAllEnvs();
});
