import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import { RowsHash } from '../rows-hash.ts';

/**
 * Hashes all rows, and writes the salted hash of each row to a file, one after the other.
 *
 * @returns the SHA-256 of the canonical rows, and their number.
 */
export async function hashRows(
  parts: AsyncIterable<Iterable<readonly CanonicalValue[]>>,
  salt: string,
  hashesPath: string,
  report: (rows: number) => void,
): Promise<{ rows: number; sha256: string }> {
  const whole = new RowsHash();
  const file = await open(hashesPath, 'w');
  let count = 0;
  try {
    for await (const part of parts) {
      const hashes: Buffer[] = [];
      for (const row of part) hashes.push(hash('sha256', salt + whole.add(row), 'buffer'));
      await file.write(Buffer.concat(hashes));
      count += hashes.length;
      report(count);
    }
  } finally {
    await file.close();
  }
  return { rows: count, sha256: whole.digest() };
}
