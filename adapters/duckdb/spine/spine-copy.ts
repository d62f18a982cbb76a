import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Separator } from '../../files/csv-parser.ts';
import { isParquet } from '../../files/first-bytes.ts';
import { spineBytes } from '../../files/read-spine.ts';
import type { SpineFileOptions } from '../parquet/read-spine-file.ts';

const LINE_FEED = 0x0a;
const [COMMA, SEMICOLON, TAB] = [0x2c, 0x3b, 0x09];
/** Quotes, carriage returns and NUL characters, for which the parser of CSV has rules. */
const SPECIAL = [0x22, 0x0d, 0x00];
const LONGEST_HEADING = 1 << 20;

/** Tells whether bytes are UTF-8 without special characters, and counts the separators in them. */
class PlainText {
  readonly separators = { ',': 0, ';': 0, '\t': 0 };
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  isPlain = true;

  add(bytes: Uint8Array): void {
    if (!this.isPlain) return;
    this.isPlain = !SPECIAL.some((byte) => bytes.includes(byte)) && this.#isUtf8(bytes);
    this.#count(bytes);
  }

  #count(bytes: Uint8Array): void {
    let [commas, semicolons, tabs] = [0, 0, 0];
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === COMMA) commas += 1;
      else if (byte === SEMICOLON) semicolons += 1;
      else if (byte === TAB) tabs += 1;
    }
    this.separators[','] += commas;
    this.separators[';'] += semicolons;
    this.separators['\t'] += tabs;
  }

  #isUtf8(bytes: Uint8Array): boolean {
    try {
      this.#decoder.decode(bytes, { stream: true });
      return true;
    } catch {
      return false;
    }
  }
}

/** A copy of a spine's file, whose bytes nobody else can change. */
export interface SpineCopy {
  readonly path: string;
  readonly isParquet: boolean;
  /** The first line of a text file in UTF-8 that has no special characters. Undefined for any other file. */
  readonly firstLine: string | undefined;
  /** How often each separator stands in such a file. */
  readonly separators: Readonly<Record<Separator, number>>;
}

/**
 * Copies a spine's file, since DuckDB opens a file by its name: the bytes that are checked are those that are read.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SPINE_INVALID` for bytes of another SHA-256.
 */
export async function copySpine(
  path: string,
  { scratch, ...options }: Pick<SpineFileOptions, 'scratch' | 'sha256' | 'signal'>,
): Promise<SpineCopy> {
  const copy = join(scratch, 'given-spine');
  const plain = new PlainText();
  let beginning = Buffer.alloc(0);
  const watched = async function* (parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of parts) {
      plain.add(bytes);
      if (!beginning.includes(LINE_FEED) && beginning.length < LONGEST_HEADING)
        beginning = Buffer.concat([beginning, bytes]);
      yield bytes;
    }
  };
  const target = createWriteStream(copy, { flags: 'wx', mode: 0o600 });
  await pipeline(spineBytes(path, options), watched, target, { signal: options.signal });
  const end = beginning.indexOf(LINE_FEED);
  const firstLine = plain.isPlain && end > 0 ? beginning.toString('utf8', 0, end) : undefined;
  return { path: copy, isParquet: isParquet(beginning), firstLine, separators: plain.separators };
}
