import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that stand ready in a file. */
export interface Spool {
  /** The bytes from their first one on. */
  readonly read: () => AsyncIterable<Buffer>;
}

/**
 * Takes all bytes into a file of the folder for temporary files, then runs `work` on them: it gets them as fast
 * as it reads, however slowly they came. The file has no name once it is open, so that nobody else can open it,
 * and nothing stays of it when the process ends, however it ends.
 *
 * @throws Error of the file system, for example for a full disk; and what `bytes` throws, before `work` runs.
 */
export async function spooled<Result>(
  bytes: AsyncIterable<Uint8Array>,
  work: (spool: Spool) => Promise<Result>,
): Promise<Result> {
  const file = await openNameless();
  try {
    for await (const chunk of bytes) await file.appendFile(chunk);
    return await work({
      read: () => file.createReadStream({ start: 0, autoClose: false }),
    });
  } finally {
    await file.close();
  }
}

async function openNameless() {
  const folder = await mkdtemp(join(tmpdir(), 'asof-spool-'));
  try {
    return await open(join(folder, 'bytes'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}
