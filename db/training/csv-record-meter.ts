import { Transform } from 'node:stream';

const [QUOTE, LINE_FEED] = [0x22, 0x0a];

/** Finds the longest record of CSV that passes through. A line break in quotes ends no record. */
export class CsvRecordMeter {
  /** In bytes, with the line break. */
  longest = 0;
  #length = 0;
  #isQuoted = false;

  /** A stream that measures what it passes on. */
  measuring(): Transform {
    return new Transform({
      transform: (bytes: Buffer, _encoding, done) => {
        this.measure(bytes);
        done(null, bytes);
      },
    });
  }

  measure(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 1) {
      this.#length += 1;
      // A quote that is doubled inside quotes turns twice, which changes nothing.
      if (bytes[at] === QUOTE) this.#isQuoted = !this.#isQuoted;
      if (bytes[at] !== LINE_FEED || this.#isQuoted) continue;
      this.longest = Math.max(this.longest, this.#length);
      this.#length = 0;
    }
  }
}
