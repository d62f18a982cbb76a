import { createReadStream } from 'node:fs';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { requireLocalPath } from './local-path.ts';

const LF = 0x0a;

/**
 * Reads the lines of a file, or of standard input for `-`, as bytes without the LF. A CR before the LF stays
 * part of the line: JSON treats it as white space, and the bytes stay unchanged. Text after the last LF is a
 * line too. Memory holds one chunk and the line at its end. Ends early, without an error, when `signal` is
 * aborted.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_PATH_UNSUPPORTED` for an address.
 */
export async function* readLines(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  yield* splitLines(readBytes(path, signal));
}

/**
 * Reads the bytes of a file, or of standard input for `-`, in chunks. Ends early, without an error, when
 * `signal` is aborted.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_PATH_UNSUPPORTED` for an address.
 */
export async function* readBytes(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  requireLocalPath(path, 'the file');
  const stream = path === '-' ? process.stdin : createReadStream(path);
  const stop = () => stream.destroy();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!signal?.aborted) throw unreadable(path, cause);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const rest = chunk.subarray(start, end);
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

function unreadable(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause;
  return new AsofError('ASOF_FILE_UNREADABLE', `cannot read '${path}': ${cause.message}`, {
    details: { path },
    cause,
  });
}
