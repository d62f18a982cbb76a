/** Lines without line breaks: texts, or bytes that go to Kafka unchanged. */
export type EventLines = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

export async function* bytesOf(lines: EventLines): AsyncGenerator<Buffer, void, undefined> {
  for await (const line of lines) {
    if (typeof line === 'string') yield Buffer.from(line);
    else yield Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }
}
