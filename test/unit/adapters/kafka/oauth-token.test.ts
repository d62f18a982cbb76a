import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tokenProvider } from '../../../../adapters/kafka/oauth-token.ts';

const folder = mkdtempSync(join(tmpdir(), 'asof-oauth-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600;

/** A JSON web token that expires at a second. */
function tokenUntil(exp: number): string {
  const [header, claims] = [{ alg: 'none' }, { sub: 'asof', exp }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${header}.${claims}.`;
}

test('a token is used until a minute before it expires, and on while there is no other one', async () => {
  const file = join(folder, 'token');
  let second = 0;
  const token = tokenProvider({ file }, () => second * 1_000);
  writeFileSync(file, `${tokenUntil(HOUR)}\n`);
  expect(await token()).toBe(tokenUntil(HOUR));
  writeFileSync(file, tokenUntil(2 * HOUR));
  second = HOUR - 61;
  expect(await token()).toBe(tokenUntil(HOUR));
  second = HOUR - 60;
  expect(await token()).toBe(tokenUntil(2 * HOUR));

  rmSync(file);
  second = 2 * HOUR - 1;
  expect(await token()).toBe(tokenUntil(2 * HOUR));
  second = 2 * HOUR;
  await expect(token()).rejects.toMatchObject({
    code: 'ASOF_KAFKA_TOKEN_UNAVAILABLE',
    message: expect.stringMatching(/KAFKA_OAUTH_TOKEN_FILE cannot be read: .*no such file/) as string,
  });
});

test('a token that lives for a minute or less is used for half of its life', async () => {
  const file = join(folder, 'short');
  let second = 0;
  const token = tokenProvider({ file }, () => second * 1_000);
  writeFileSync(file, tokenUntil(40));
  await token();
  writeFileSync(file, tokenUntil(80));
  second = 19;
  expect(await token()).toBe(tokenUntil(40));
  second = 20;
  expect(await token()).toBe(tokenUntil(80));
});

test('a command is asked once for connections that begin together, and for each later one if its tokens are opaque', async () => {
  const asked = join(folder, 'asked');
  const token = tokenProvider({ command: `echo asked >> '${asked}'; echo opaque` });
  expect(await Promise.all([token(), token(), token()])).toEqual(['opaque', 'opaque', 'opaque']);
  await token();
  expect(readFileSync(asked, 'utf8')).toBe('asked\nasked\n');
});

test.each([
  ['nothing', 'true'],
  ['several words', 'echo "Bearer abc"'],
  ['several lines', 'echo a; echo b'],
])('a command that prints %s gives no token', async (_what, command) => {
  await expect(tokenProvider({ command })()).rejects.toThrow(
    /KAFKA_OAUTH_TOKEN_COMMAND gives no token; expected one line/,
  );
});
