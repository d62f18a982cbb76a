import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * The SHA-256 of a file's bytes, in hex.
 *
 * @param onProgress called as the file is read.
 */
export async function sha256OfFile(path: string, onProgress?: () => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(bytes as Buffer);
    onProgress?.();
  }
  return hash.digest('hex');
}
