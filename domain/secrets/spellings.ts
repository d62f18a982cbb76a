/**
 * The source of a regular expression that finds a secret however it is written: as it is, with any of its
 * characters percent-encoded as in a URL or escaped as in JSON and in the output of a debugger, or within what
 * was encoded as base64.
 */
export function spellingsOf(secret: string): string {
  const text = secret.toWellFormed();
  const parts = text.match(/\\+|[^]/gu) ?? [];
  const encoded = new Set([text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]);
  return [parts.map(spellingsOfPart).join(''), ...[...encoded].flatMap(base64Spellings)].join('|');
}

/** So many backslashes stand before a character when a text was escaped three times over. */
const MOST_BACKSLASHES = 7;
/** The shortest part of a base64 text that is searched for: it stands for six bytes. */
const LEAST_BASE64 = 8;

/** The spellings of a character, or of some backslashes. */
function spellingsOfPart(part: string): string {
  const percent = caseless(percentEncoded(part));
  if (part.startsWith('\\'))
    return `(?:\\\\{${part.length},${part.length * (MOST_BACKSLASHES + 1)}}|${percent})`;
  const backslashes = /\w/.test(part) ? '' : `\\\\{0,${MOST_BACKSLASHES}}`;
  const plain = `${backslashes}\\u{${part.codePointAt(0)!.toString(16)}}`;
  return `(?:${[plain, percent, unicodeEscape(part), ...shortEscapes(part)].join('|')})`;
}

/** `\u00e9`, with more backslashes where a JSON text stands in another. */
function unicodeEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit));
  return units
    .map((unit) => `\\\\{1,${MOST_BACKSLASHES}}u${caseless(unit.toString(16).padStart(4, '0'))}`)
    .join('');
}

function shortEscapes(character: string): string[] {
  const letter = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' }[character];
  return letter === undefined ? [] : [`\\\\{1,${MOST_BACKSLASHES}}${letter}`];
}

function percentEncoded(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * The part of a base64 text that a secret alone determines, for each of the three places at which it may begin
 * in a group of three bytes. What stands beside that part is a mix of the secret and its neighbours, and is
 * found with it.
 */
function base64Spellings(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = base64([...Array<number>(before).fill(0), ...bytes]);
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (own.length < LEAST_BASE64) return [];
    const either = Array.from(own, (letter) => ({ '+': '[+-]', '/': '[/_]' })[letter] ?? letter);
    return [`(?:(?<!\\\\)[\\w+/-])?${either.join('')}[\\w+/-]?=*`];
  });
}

function base64(bytes: readonly number[]): string {
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}

function caseless(text: string): string {
  return text.replace(/[a-f]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
