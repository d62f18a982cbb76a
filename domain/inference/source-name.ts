/** The most characters of a source's name. */
const LONGEST = 50;

/** The name of a source for a topic or a file: `Orders.v2` becomes `orders.v2`. */
export function sourceNameFor(topicOrFile: string): string {
  const plain = topicOrFile
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST)
    .replace(/[._-]+$/, '');
  return plain === '' ? 'events' : plain;
}
