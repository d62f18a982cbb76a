const SECRET_NAME = /(?:pass(?:word|wd|phrase)|token|secret|credentials?|_key)$/i;
/** From the first colon of the user to the last `@`, also where the URL is not a valid one. */
const USERINFO = /^[a-z][a-z0-9+.-]*:\/\/[^:/?#]*:(.*)@/is;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)-----END/g;

/**
 * The secrets in settings: in a variable of the environment, or in the settings of a program. They are the
 * values of what is named a password, token, secret or key, the passwords in URLs, and private keys.
 */
export function secretsOf(settings: unknown): string[] {
  return [...new Set(secretsIn('', settings))];
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

/**
 * The passwords of a URL, as they are written there and decoded. One that stands elsewhere in the URL too, as
 * that of `postgres://postgres:postgres@…`, could not be hidden by its value without hiding names.
 */
function passwordsOfUrl(text: string): string[] {
  const isUrl = URL.canParse(text);
  const userinfo = isUrl ? new URL(text).password : (USERINFO.exec(text)?.[1] ?? '');
  const parameters = isUrl ? [...new URL(text).searchParams] : [];
  const named = parameters.flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []));
  const passwords = [userinfo, ...decoded(userinfo), ...named].filter(Boolean);
  return passwords.filter((password) => text.split(password).length <= 2);
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
