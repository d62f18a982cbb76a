import type { KafkaRecord } from './kafka-record.ts';

/** Far below the longest text that V8 holds, in which bytes take two characters each. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Divides what holds records into pages of at most `most` bytes, in order. What has more is a page alone. */
export function* recordPages<Item>(
  items: Iterable<Item>,
  recordOf: (item: Item) => KafkaRecord,
  most = MOST_BYTES,
): Generator<readonly Item[]> {
  let page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(recordOf(item));
    if (page.length > 0 && bytes + more > most) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(item);
    bytes += more;
  }
  if (page.length > 0) yield page;
}

function bytesOf({ key, value, envelope, headers = new Map() }: KafkaRecord): number {
  const parts = [key, value, envelope, ...headers.values()];
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0);
}
