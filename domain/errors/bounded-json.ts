import { shortened } from './shortened.ts';

const MOST_CHARACTERS = { ofText: 500, ofKey: 100 };
const MOST_ENTRIES = 20;
/** Deep enough for what the details of Asof's errors hold. */
const DEEPEST = 4;
const LEFT_OUT = '…';

const utf8 = new TextEncoder();
const LEAST_ROOM = bytesOf(`,${JSON.stringify(LEFT_OUT)}`);

/**
 * A copy of a value that has at most so many bytes as JSON. Long texts are cut, and of long lists and deep objects
 * the beginning is kept.
 */
export function boundedJson(value: unknown, mostBytes: number): unknown {
  return new Room(mostBytes).take(value, 0);
}

/** What is left of the bytes of a copy. */
class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#fitting(shortened(value, MOST_CHARACTERS.ofText));
    if (typeof value === 'number' || typeof value === 'boolean') return this.#fitting(value);
    if (typeof value === 'bigint') return this.#fitting(String(value));
    if (typeof value !== 'object' || value === null) return this.#fitting(null);
    if (depth === DEEPEST) return this.#fitting(LEFT_OUT);
    return Array.isArray(value) ? this.#list(value, depth) : this.#object(value, depth);
  }

  #list(values: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    this.#spend('[]');
    for (const value of values.slice(0, MOST_ENTRIES)) {
      if (this.#isFull) break;
      this.#spend(',');
      copy.push(this.take(value, depth + 1));
    }
    return copy;
  }

  #object(value: object, depth: number): Record<string, unknown> {
    const copy: [string, unknown][] = [];
    this.#spend('{}');
    for (const [name, entry] of Object.entries(value).slice(0, MOST_ENTRIES)) {
      if (entry === undefined) continue;
      const key = shortened(name, MOST_CHARACTERS.ofKey);
      this.#spend(`${JSON.stringify(key)}:,`);
      if (this.#isFull) break;
      copy.push([key, this.take(entry, depth + 1)]);
    }
    return Object.fromEntries(copy);
  }

  /** The value if there is room for it, else a sign that it is left out. */
  #fitting(value: unknown): unknown {
    const fits = bytesOf(JSON.stringify(value)) <= this.#left;
    const taken = fits ? value : LEFT_OUT;
    this.#spend(JSON.stringify(taken));
    return taken;
  }

  #spend(json: string): void {
    this.#left -= bytesOf(json);
  }

  /** Whether there is no room for a comma and the sign that something is left out. */
  get #isFull(): boolean {
    return this.#left < LEAST_ROOM;
  }
}

function bytesOf(text: string): number {
  return utf8.encode(text).length;
}
