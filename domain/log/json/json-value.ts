import { Rejected } from '../rejected.ts';
import { describeJson } from './describe-json.ts';
import { isJsonObject, parseExactJson } from './exact-json.ts';

/** The value of a record as a tree of objects, lists and scalars. */
export interface RecordValue {
  /** The object, with numbers as `JSON.parse` reads them; as in {@link exact} where it cannot. */
  readonly root: object;
  /** The object with numbers that are exact: as tokens, except whole numbers that a double holds. */
  readonly exact: unknown;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What Python's JSON writes for numbers that JSON does not have. */
const PYTHON_NUMBER = /NaN|Infinity/;

/**
 * A number that `JSON.parse` may give otherwise than by its digits: with a fraction or an exponent, −0, or one
 * beyond 2^53. It stands behind a name, a bracket or a comma; what looks like it in a text costs time only.
 */
const INEXACT = /(?:"\s*:|[[,])\s*-?(?:\d+[.eE]|\d{16}|(?<=-)0)/;

/** The JSON object that is the value of a record. */
export class JsonValue implements RecordValue {
  readonly root: object;
  readonly #text: string;
  #exact: unknown;

  /** @throws Rejected */
  constructor(value: Uint8Array) {
    this.#text = decodeUtf8(value);
    this.root = requireObject(this.#parse());
  }

  get exact(): unknown {
    return (this.#exact ??= INEXACT.test(this.#text) ? parseExactJson(this.#text) : this.root);
  }

  #parse(): unknown {
    try {
      return JSON.parse(this.#text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (!PYTHON_NUMBER.test(this.#text)) throw new Rejected('not_json', error.message);
    }
    try {
      return (this.#exact = parseExactJson(this.#text));
    } catch (error) {
      if (error instanceof SyntaxError) throw new Rejected('not_json', error.message);
      throw error;
    }
  }
}

function decodeUtf8(value: Uint8Array): string {
  try {
    return utf8.decode(value);
  } catch {
    throw new Rejected('not_utf8', 'the value is not UTF-8 text');
  }
}

function requireObject(parsed: unknown): object {
  if (isJsonObject(parsed)) return parsed;
  throw new Rejected('not_an_object', `expected a JSON object, got ${describeJson(parsed)}`);
}
