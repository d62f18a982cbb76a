const PART_BYTES = 4 * 1024 * 1024;
/** Less than a transaction may be idle. */
const LONGEST_SILENCE_MS = 20_000;

/**
 * Puts chunks together into parts of some megabytes. A part is never late: where chunks do not come, it is small
 * or empty.
 */
export async function* inParts(
  chunks: AsyncIterable<Buffer>,
  { bytes: enough = PART_BYTES, silence = LONGEST_SILENCE_MS } = {},
): AsyncGenerator<Buffer[]> {
  const iterator = chunks[Symbol.asyncIterator]();
  let [part, bytes, since]: [Buffer[], number, number] = [[], 0, performance.now()];
  let next = heard(iterator.next());
  for (;;) {
    const chunk = await within(next, since + silence - performance.now());
    if (chunk?.done) break;
    if (chunk) {
      part.push(chunk.value);
      bytes += chunk.value.length;
      next = heard(iterator.next());
    }
    if (chunk && bytes < enough && performance.now() - since < silence) continue;
    yield part;
    [part, bytes, since] = [[], 0, performance.now()];
  }
  if (part.length > 0) yield part;
}

/** A failure of the chunks that comes while nobody waits for it is thrown at the next wait. */
function heard<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** Undefined if the promise takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
