import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type CanonicalValue, canonicalRow } from '../../../domain/training/canonical-row.ts';

/**
 * Hashes all rows, and writes the salted hash of each row to a file, one after the other.
 *
 * @returns the SHA-256 of the canonical rows, and their number.
 */
export async function hashRows(
  parts: AsyncIterable<readonly CanonicalValue[][]>,
  salt: string,
  hashesPath: string,
  report: (rows: number) => void,
): Promise<{ rows: number; sha256: string }> {
  const whole = createHash('sha256');
  const file = await open(hashesPath, 'w');
  let count = 0;
  try {
    for await (const part of parts) {
      const rows = part.map(canonicalRow);
      whole.update(rows.join(''));
      await file.write(Buffer.concat(rows.map((row) => hash('sha256', salt + row, 'buffer'))));
      count += rows.length;
      report(count);
    }
  } finally {
    await file.close();
  }
  return { rows: count, sha256: whole.digest('hex') };
}
