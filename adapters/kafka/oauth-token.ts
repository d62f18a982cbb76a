import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** Where tokens come from: a command that prints one, or a file that somebody keeps fresh. */
export type TokenOrigin = { readonly command: string } | { readonly file: string };

const COMMAND_ENDS_WITHIN_MS = 30_000;
/** A token is replaced so long before it expires, or at half of its life if that is later. */
const FRESH_FOR_MS = 60_000;

/** What a header may have: no blank, and nothing that ends a message of SASL. */
const TOKEN = /^[\x21-\x7e]+$/;

interface Token {
  readonly value: string;
  /** When it should be replaced, and when it expires, in epoch ms. An opaque token says neither. */
  readonly replaceAt: number;
  readonly expiresAt: number;
}

/**
 * Gives tokens for OAUTHBEARER. One that says when it expires is used until shortly before; for another the
 * origin is asked for each connection. While the origin fails, a token that has not expired is used on.
 *
 * @throws AsofError `ASOF_KAFKA_TOKEN_UNAVAILABLE` (unavailable), with nothing of what the command printed.
 */
export function tokenProvider(origin: TokenOrigin, now: () => number = Date.now): () => Promise<string> {
  let last: Token | undefined;
  let asking: Promise<Token> | undefined;
  return async () => {
    if (last && now() < last.replaceAt) return last.value;
    try {
      asking ??= readToken(origin).then((value) => tokenOf(value, now()));
      last = await asking;
    } catch (error) {
      if (!last || now() >= last.expiresAt) throw error;
    } finally {
      asking = undefined;
    }
    return last.value;
  };
}

async function readToken(origin: TokenOrigin): Promise<string> {
  const text = 'command' in origin ? await outputOf(origin.command) : await contentOf(origin.file);
  const value = text.trim();
  if (TOKEN.test(value)) return value;
  const variable = 'command' in origin ? 'KAFKA_OAUTH_TOKEN_COMMAND' : 'KAFKA_OAUTH_TOKEN_FILE';
  throw noToken(`${variable} gives no token; expected one line, the token and nothing else`);
}

/** Whatever the command says may hold a secret, so it is shown nowhere. */
async function outputOf(command: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { timeout: COMMAND_ENDS_WITHIN_MS });
    return stdout;
  } catch (error) {
    const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean };
    const end = killed
      ? `took longer than ${COMMAND_ENDS_WITHIN_MS / 1_000} s`
      : `ended with ${String(code)}`;
    throw noToken(`KAFKA_OAUTH_TOKEN_COMMAND ${end}; run it as the user of this process to see why`);
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw noToken(`KAFKA_OAUTH_TOKEN_FILE cannot be read: ${(error as Error).message}`);
  }
}

function noToken(problem: string): AsofError {
  return new AsofError('ASOF_KAFKA_TOKEN_UNAVAILABLE', `there is no token for Kafka: ${problem}`);
}

function tokenOf(value: string, now: number): Token {
  const expiresAt = expiryOf(value) ?? now;
  return { value, expiresAt, replaceAt: Math.max(expiresAt - FRESH_FOR_MS, (now + expiresAt) / 2) };
}

/** When a JSON web token expires, in epoch ms. Undefined if it does not say so. */
function expiryOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as {
      readonly exp?: unknown;
    };
    return typeof claims.exp === 'number' ? claims.exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
