import { NumberToken } from './exact-json.ts';

/** JSON text of a value, cut after `limit` characters. It does not visit what lies behind the cut. */
export function jsonText(value: unknown, limit: number): string {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const visit = (item: unknown): void => {
    if (text.length >= limit) return;
    if (item instanceof NumberToken) return write(item.text);
    if (typeof item === 'string') return write(JSON.stringify(item.slice(0, limit)));
    if (typeof item !== 'object' || item === null) return write(JSON.stringify(item));
    const isList = Array.isArray(item);
    write(isList ? '[' : '{');
    let isFirst = true;
    for (const [name, member] of Object.entries(item)) {
      if (text.length >= limit) return;
      if (!isFirst) write(',');
      isFirst = false;
      if (!isList) write(`${JSON.stringify(name.slice(0, limit))}:`);
      visit(member);
    }
    write(isList ? ']' : '}');
  };
  visit(value);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
