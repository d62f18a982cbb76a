import type { JsonPath } from '../../registry/definition.ts';

/** A part of a text: `[start, end)`. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Where a list stands in a JSON text, brackets included, and where its elements do. */
export interface ListSpan extends TextSpan {
  readonly elements: readonly TextSpan[];
}

const BLANKS = /[ \t\n\r]*/y;
const SCALAR = /[^,\]} \t\n\r]+/y;
const STRING_PART = /["\\]/g;
const BRACKET_OR_STRING = /["[\]{}]/g;

/**
 * The spans of the list at a path. The text must be JSON, and must hold a list there: both are known from
 * parsing it. Of members of one name the last counts, as in `JSON.parse`. No recursion: values may be nested
 * deeper than the stack.
 */
export function listSpan(text: string, path: JsonPath): ListSpan {
  let at = after(BLANKS, text, 0);
  for (const step of path) at = stepInto(text, at, step);
  const elements = [...valuesOf(text, at)];
  const end = after(BLANKS, text, elements.at(-1)?.end ?? at + 1) + 1;
  return { start: at, end, elements };
}

/** Where the value of a member or an element begins, of the object or list that begins at `at`. */
function stepInto(text: string, at: number, step: string | number): number {
  if (text[at] !== (typeof step === 'number' ? '[' : '{')) throw nothingAt(step);
  if (typeof step === 'number') {
    let index = 0;
    for (const { start } of valuesOf(text, at)) if (index++ === step) return start;
  }
  let found = -1;
  for (const { name, start } of valuesOf(text, at)) if (name === step) found = start;
  if (found < 0) throw nothingAt(step);
  return found;
}

function nothingAt(step: string | number): RangeError {
  return new RangeError(`the text has nothing at ${step}`);
}

/** The values of the list or object that begins at `at`, and the names of members. */
function* valuesOf(text: string, at: number): Generator<TextSpan & { readonly name?: string }> {
  const isObject = text[at] === '{';
  let next = after(BLANKS, text, at + 1);
  while (text[next] !== (isObject ? '}' : ']')) {
    const nameEnd = isObject ? endOfString(text, next) : next;
    const start = isObject ? after(BLANKS, text, after(BLANKS, text, nameEnd) + 1) : next;
    const end = endOfValue(text, start);
    if (end === start) throw new RangeError(`the text has no value at ${start}`);
    const span = { start, end };
    yield isObject ? { ...span, name: JSON.parse(text.slice(next, nameEnd)) as string } : span;
    next = after(BLANKS, text, end);
    if (text[next] === ',') next = after(BLANKS, text, next + 1);
  }
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') return after(SCALAR, text, start);
  let depth = 0;
  let at = start;
  do {
    BRACKET_OR_STRING.lastIndex = at;
    const found = BRACKET_OR_STRING.exec(text)!;
    const [mark] = found;
    at = mark === '"' ? endOfString(text, found.index) : found.index + 1;
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark !== '"') depth -= 1;
  } while (depth > 0);
  return at;
}

function endOfString(text: string, start: number): number {
  STRING_PART.lastIndex = start + 1;
  for (;;) {
    const found = STRING_PART.exec(text)!;
    if (found[0] === '"') return found.index + 1;
    STRING_PART.lastIndex = found.index + 2;
  }
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
