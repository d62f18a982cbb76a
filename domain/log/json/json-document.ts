import { Rejected } from '../rejected.ts';
import { parseExactJson } from './exact-json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What Python's JSON writes for numbers that JSON does not have. */
const PYTHON_NUMBER = /NaN|Infinity/;

/**
 * A number that `JSON.parse` may give otherwise than by its digits: with a fraction or an exponent, −0, or one
 * beyond 2^53. It stands behind a name, a bracket or a comma; what looks like it in a text costs time only.
 */
const INEXACT = /(?:"\s*:|[[,])\s*-?(?:\d+[.eE]|\d{16}|(?<=-)0)/;

/** A JSON value, parsed. */
export interface ParsedJson {
  /** As `JSON.parse` reads it; if it cannot, as {@link exact}. */
  readonly plain: unknown;
  /** With numbers that are exact: as tokens, except whole numbers that a double holds. */
  readonly exact: unknown;
}

/** The JSON in the bytes of a Kafka record. */
export class JsonDocument implements ParsedJson {
  readonly text: string;
  readonly plain: unknown;
  #exact: unknown;

  /** @throws Rejected */
  constructor(bytes: Uint8Array) {
    this.text = decodeUtf8(bytes);
    this.plain = this.#parse();
  }

  get exact(): unknown {
    return (this.#exact ??= INEXACT.test(this.text) ? parseExactJson(this.text) : this.plain);
  }

  #parse(): unknown {
    try {
      return JSON.parse(this.text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (!PYTHON_NUMBER.test(this.text)) throw new Rejected('not_json', error.message);
    }
    try {
      return (this.#exact = parseExactJson(this.text));
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
