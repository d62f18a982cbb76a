import type { BatchTableDefinition } from '../registry/definition.ts';
import { parseDuration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';

/**
 * Whether all events that a batch table reads as of a logical time are there. Without a `lookBack` it reads
 * every event before that time.
 *
 * @param floor the moment before which retention may have removed raw events. Undefined: it removed none.
 */
export function readsOnlyRetained(
  { lookBack }: BatchTableDefinition,
  floor: Instant | undefined,
  at: Instant,
): boolean {
  return floor === undefined || (lookBack !== undefined && at - parseDuration(lookBack)! >= floor);
}
