import { plainNames } from './plain-names.ts';
import { USERINFO } from './userinfo.ts';

const SECRET_NAME = /(?:pass(?:word|wd|phrase)|token|secret|credentials?|_key)$/i;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)-----END/g;

/**
 * The secrets in settings: in a variable of the environment, or in the settings of a program. They are the
 * values of what is named a password, token, secret or key, the passwords in URLs, and private keys. One that is
 * a name or a word of ordinary output too, as that of `postgres://postgres:postgres@…`, is left out: hidden by its
 * value, it would take names out of every message.
 */
export function secretsOf(settings: unknown): string[] {
  const isPlain = plainNames(settings);
  return [...new Set(secretsIn('', settings))].filter((secret) => !isPlain(secret));
}

function secretsIn(name: string, value: unknown): string[] {
  if (typeof value === 'string') return secretsInText(name, value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => secretsIn(key, member));
}

function secretsInText(name: string, text: string): string[] {
  const keys = linesOfKeys(text);
  if (keys.length > 0) return keys;
  if (name === 'authorization') return credentialsOf(text);
  return SECRET_NAME.test(name) ? [text] : passwordsOfUrl(text);
}

/** The passwords of a URL, as they are written there and decoded. */
function passwordsOfUrl(text: string): string[] {
  const isUrl = URL.canParse(text);
  const userinfo = isUrl ? new URL(text).password : (USERINFO.exec(text)?.[2] ?? '');
  const parameters = isUrl ? [...new URL(text).searchParams] : [];
  const named = parameters.flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []));
  return [userinfo, ...decoded(userinfo), ...named].filter(Boolean);
}

/** What stands in the header of a request: a token, or a user and password in base64. */
function credentialsOf(header: string): string[] {
  const [, scheme, credentials = ''] = /^(\w+) (.+)$/.exec(header) ?? [];
  if (scheme !== 'Basic') return [credentials];
  const bytes = Uint8Array.from(atob(credentials), (character) => character.charCodeAt(0));
  const [, ...password] = new TextDecoder().decode(bytes).split(':');
  return [credentials, password.join(':')];
}

function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}

/** A key is found by each of its lines, because an error or a log may cut it anywhere. */
function linesOfKeys(text: string): string[] {
  return [...text.matchAll(PEM)].flatMap(([, body = '']) => body.split(/\s+/).filter(Boolean));
}
