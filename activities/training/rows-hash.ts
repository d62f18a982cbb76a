import { createHash } from 'node:crypto';
import { type CanonicalValue, canonicalRow } from '../../domain/training/canonical-row.ts';

/** Enough characters to hash at once. Longer texts would only take memory. */
const ENOUGH = 1 << 16;

/** The SHA-256 of canonical rows of format 1, taken row by row. */
export class RowsHash {
  readonly #hash = createHash('sha256');
  #waiting = '';

  /** @returns the canonical row. */
  add(row: readonly CanonicalValue[]): string {
    const canonical = canonicalRow(row);
    this.#waiting += canonical;
    if (this.#waiting.length >= ENOUGH) this.#flush();
    return canonical;
  }

  /** The hash in hex. Ends the hashing. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#waiting);
    this.#waiting = '';
  }
}
