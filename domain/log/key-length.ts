import type { EventSourceDefinition } from '../registry/definition.ts';
import type { EventDecoder } from './decode-event.ts';
import { rejectionFor } from './rejection.ts';

/**
 * The most bytes of UTF-8 that the primary keys of a row may have together. An index entry of the database
 * has at most 2,704 bytes, and holds times beside the keys.
 */
export const MAX_KEY_BYTES = 1_024;

/** A code unit of UTF-16 takes at most this many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

const utf8 = new TextEncoder();

/** Whether primary keys are longer than {@link MAX_KEY_BYTES} together. */
export function isKeyTooLong(key: readonly string[]): boolean {
  const units = key.reduce((sum, { length }) => sum + length, 0);
  return units * MAX_BYTES_PER_UNIT > MAX_KEY_BYTES && keyBytes(key) > MAX_KEY_BYTES;
}

/** The number of bytes of UTF-8 that primary keys have together. */
export function keyBytes(key: readonly string[]): number {
  return key.reduce((sum, text) => sum + utf8.encode(text).byteLength, 0);
}

/** Fields that are a key together: the primary keys of a table, or the entity of a source. */
export interface KeyFields {
  readonly of: string;
  readonly names: readonly string[];
}

/** A decoder that rejects events with a key that is too long. */
export function limitKeys(
  decode: EventDecoder,
  { fields }: EventSourceDefinition,
  keys: readonly KeyFields[],
): EventDecoder {
  const indexed = keys.map((key) => ({
    ...key,
    indexes: key.names.map((name) => fields.findIndex((field) => field.name === name)),
  }));
  return (record) => {
    const decoded = decode(record);
    if (!('event' in decoded)) return decoded;
    for (const { of, names, indexes } of indexed) {
      const key = indexes.map((index) => decoded.event.values[index] ?? '') as string[];
      // No row has a key of which a part is null or empty.
      if (key.includes('') || !isKeyTooLong(key)) continue;
      const problem = `${names.join(' + ')}, the key of ${of}, has ${keyBytes(key)} bytes of UTF-8; the limit is ${MAX_KEY_BYTES}`;
      return { rejection: rejectionFor('key_too_long', problem) };
    }
    return decoded;
  };
}
