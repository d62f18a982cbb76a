/** A number as the JSON text writes it, digit by digit; also a token that Python writes and JSON lacks. */
export class NumberToken {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Whether a parsed value is an object with members, and not a list, bytes or a {@link NumberToken}. */
export function isJsonObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof NumberToken) &&
    !(value instanceof Uint8Array)
  );
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN/y;
const WORD = /true|false|null/y;
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Parses JSON as `JSON.parse` does, except that each number is a {@link NumberToken}: `JSON.parse` rounds
 * integers beyond 2^53, and does not take the `NaN`, `Infinity` and `-Infinity` that Python writes.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const tokens = new Tokens(text);
  const open: Nested[] = [];
  for (;;) {
    let value = tokens.opening() ?? tokens.scalar();
    if (value instanceof Nested) {
      if (!tokens.closes(value)) {
        value.name = value.isObject ? tokens.memberName() : undefined;
        open.push(value);
        continue;
      }
      value = value.finish();
    }
    for (;;) {
      const within = open.at(-1);
      if (!within) return tokens.end(value);
      within.add(value);
      if (!tokens.closes(within)) break;
      value = open.pop()!.finish();
    }
    const within = open.at(-1)!;
    tokens.comma();
    within.name = within.isObject ? tokens.memberName() : undefined;
  }
}

/** A list or an object that has begun. No recursion: it may be nested deeper than the stack. */
class Nested {
  readonly isObject: boolean;
  /** The name of the member that comes next. */
  name: string | undefined;
  readonly #values: unknown[] = [];
  readonly #names: string[] = [];

  constructor(isObject: boolean) {
    this.isObject = isObject;
  }

  add(value: unknown): void {
    this.#values.push(value);
    if (this.name !== undefined) this.#names.push(this.name);
  }

  finish(): unknown {
    if (!this.isObject) return this.#values;
    return Object.fromEntries(this.#names.map((name, index) => [name, this.#values[index]]));
  }
}

class Tokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The list or object that begins here. Undefined if none does. */
  opening(): Nested | undefined {
    const bracket = this.#next();
    if (bracket !== '{' && bracket !== '[') return undefined;
    this.#at += 1;
    return new Nested(bracket === '{');
  }

  scalar(): unknown {
    if (this.#next() === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== undefined) return new NumberToken(number);
    const word = this.#match(WORD);
    return word === undefined ? this.#fail() : WORDS[word];
  }

  /** Takes the bracket that ends a list or an object. False if something else comes next. */
  closes({ isObject }: Nested): boolean {
    if (this.#next() !== (isObject ? '}' : ']')) return false;
    this.#at += 1;
    return true;
  }

  memberName(): string {
    this.#next();
    const name = this.#string();
    this.#take(':');
    return name;
  }

  comma(): void {
    this.#take(',');
  }

  end<Value>(value: Value): Value {
    return this.#next() === undefined ? value : this.#fail();
  }

  /** The next character that is not a blank. */
  #next(): string | undefined {
    this.#match(BLANKS);
    return this.#text[this.#at];
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') return this.#fail();
    do this.#at = this.#text.indexOf('"', this.#at + 1);
    while (this.#at > 0 && isEscaped(this.#text, this.#at));
    if (this.#at < 0) this.#at = this.#text.length;
    else this.#at += 1;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #take(character: string): void {
    if (this.#next() !== character) this.#fail();
    this.#at += 1;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(): never {
    const found = this.#text[this.#at];
    throw new SyntaxError(
      found === undefined
        ? 'the JSON ends in the middle of a value'
        : `unexpected ${JSON.stringify(found)} at position ${this.#at}`,
    );
  }
}

/** Whether an odd number of backslashes stands before a character. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}
