import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeSecrets, readSecrets, secretNames } from '../../../stack/secrets.ts';
import { refusalOf } from '../../support/expectations/refusal-of.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const path = (): string => join(cache.path(), 'secrets.env');

test('the passwords are made once, and each is of its own', () => {
  const made = makeSecrets(path());
  expect(new Set(Object.values(made)).size).toBe(secretNames.length);
  expect(makeSecrets(path())).toEqual(made);
  expect(readSecrets(path())).toEqual(made);
  expect(makeSecrets(join(cache.path(), 'other', 'secrets.env'))).not.toEqual(made);
});

test('a stack that was never started has no passwords', () => {
  expect(readSecrets(path())).toBeUndefined();
});

test('only their user can read them, whatever the umask', () => {
  const before = process.umask(0);
  makeSecrets(path());
  process.umask(before);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test.each([0o640, 0o604, 0o620])(
  'a file of mode %o is refused, since others may know the passwords',
  (mode) => {
    makeSecrets(path());
    chmodSync(path(), mode);
    expect(() => readSecrets(path())).toThrow(
      expect.objectContaining({
        code: 'ASOF_STACK_SECRETS_UNFIT',
        message: expect.stringContaining(`has the mode ${mode.toString(8)}`) as unknown,
      }),
    );
  },
);

test('the file of another user is refused, unless by root', () => {
  const made = makeSecrets(path());
  const { uid } = statSync(path());
  const user = vi.spyOn(process as Required<typeof process>, 'geteuid').mockReturnValue(uid + 1);
  expect(() => readSecrets(path())).toThrow(expect.objectContaining({ code: 'ASOF_STACK_SECRETS_UNFIT' }));
  user.mockRestore();
  if (process.geteuid?.() !== 0) return;
  chownSync(path(), 4711, 4711);
  expect(readSecrets(path())).toEqual(made);
});

test('a file without a password is refused, and the error names it and no password', () => {
  const secrets = makeSecrets(path());
  const lines = readFileSync(path(), 'utf8').split('\n');
  writeFileSync(path(), lines.filter((line) => !line.startsWith('ASOF_REDIS_PASSWORD=')).join('\n'));
  const refusal = refusalOf(() => makeSecrets(path()));
  expect(refusal).toMatchObject({ code: 'ASOF_STACK_SECRETS_UNFIT' });
  expect(refusal.message).toContain('no fit value of ASOF_REDIS_PASSWORD;');
  for (const secret of Object.values(secrets)) expect(refusal.message).not.toContain(secret);
});
