import type { Hash } from 'node:crypto';

/** The same bytes, which a hash takes in as they are read. */
export async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: Hash,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
