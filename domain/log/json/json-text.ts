import { unitsWithin } from '../../errors/shortened.ts';
import { formatInstant } from '../../time/instant.ts';
import { NumberToken } from './exact-json.ts';

/** What a text ends with that is cut, and its bytes of UTF-8. */
const CUT = '…';
const CUT_BYTES = 3;

/**
 * The JSON text of a value, in which bytes are base64 and moments texts, in at most `limit` bytes of UTF-8, well formed as text. Of a longer one it is the
 * beginning, and what lies behind it is not visited.
 */
export function jsonText(value: unknown, limit: number): string {
  let text = '';
  const visitMember = (name: string | undefined, member: unknown): void => {
    if (!text.endsWith('[') && !text.endsWith('{')) text += ',';
    if (name !== undefined) text += `${JSON.stringify(name.slice(0, limit))}:`;
    visit(member);
  };
  const visit = (item: unknown): void => {
    if (item instanceof NumberToken) text += item.text.slice(0, limit);
    else if (typeof item === 'bigint') text += JSON.stringify(formatInstant(item));
    else if (item instanceof Uint8Array) text += JSON.stringify(base64(item.subarray(0, limit)));
    else if (typeof item === 'string') text += JSON.stringify(item.slice(0, limit));
    else if (Array.isArray(item)) {
      text += '[';
      for (let index = 0; index < item.length && text.length < limit; index += 1)
        visitMember(undefined, item[index]);
      text += ']';
    } else if (typeof item === 'object' && item !== null) {
      text += '{';
      for (const name in item) {
        if (text.length >= limit) break;
        visitMember(name, item[name as keyof typeof item]);
      }
      text += '}';
    } else text += JSON.stringify(item);
  };
  visit(value);
  return cut(text, limit);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function cut(text: string, limit: number): string {
  if (unitsWithin(text, limit) === text.length) return text.toWellFormed();
  return `${text.slice(0, unitsWithin(text, limit - CUT_BYTES)).toWellFormed()}${CUT}`;
}
