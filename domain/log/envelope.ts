import type { EnvelopeDefinition, EventSourceDefinition } from '../registry/definition.ts';
import { describeJson } from './json/describe-json.ts';
import { isJsonObject } from './json/exact-json.ts';
import { Rejected } from './rejected.ts';
import { type SkipReason, noValue } from './skipped.ts';

/** An event, and the envelope around it. */
export interface EnvelopedEvent {
  readonly event: object;
  readonly envelope: object;
}

/**
 * Takes an event out of its envelope; or says why there is none for the source.
 *
 * @throws Rejected
 */
export type Unwrap = (value: unknown) => EnvelopedEvent | SkipReason;

/** How the values of a source's records hold its events. Undefined: they are the events. */
export function unwrapper({
  unwrap,
  tombstones,
}: Pick<EventSourceDefinition, 'unwrap' | 'tombstones'>): Unwrap | undefined {
  if (unwrap === undefined) return undefined;
  return (value) => {
    const payload = payloadOf(value);
    if (payload === null) return noValue(tombstones, 'the payload of the record is null (a tombstone)');
    if (unwrap.envelope === 'connect') return { event: payload, envelope: payload };
    const row = rowOf(payload, unwrap.deletes);
    return row === undefined ? 'filtered' : { event: row, envelope: payload };
  };
}

/** What Connect's envelope holds; the value itself if it is not in one, as without schemas. */
function payloadOf(value: unknown): object | null {
  if (!isJsonObject(value))
    throw new Rejected('not_an_object', `expected a JSON object, got ${describeJson(value)}`);
  const names = Object.keys(value);
  if (names.length !== 2 || !names.includes('schema') || !names.includes('payload')) return value;
  const { payload } = value as { readonly payload: unknown };
  if (payload === null || isJsonObject(payload)) return payload;
  throw new Rejected('not_an_object', `expected a JSON object as payload, got ${describeJson(payload)}`);
}

/** The members of a change that Asof reads. */
interface Change {
  readonly op?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Which row an operation leaves: created, read in a snapshot, updated. Others are truncations and messages. */
const WITH_ROW = new Set(['c', 'r', 'u']);

type Deletes = Extract<EnvelopeDefinition, { readonly envelope: 'change' }>['deletes'];

/** The row of a change that is the event. Undefined if the change is not for the source. */
function rowOf(change: Change, deletes: Deletes = 'skip'): object | undefined {
  const { op } = change;
  if (typeof op !== 'string') throw noChange(`its member op should be a text, got ${describe(op)}`);
  const isDeletion = op === 'd';
  if (isDeletion ? deletes === 'skip' : !WITH_ROW.has(op)) return undefined;
  const [name, row] = isDeletion ? ['before', change.before] : ['after', change.after];
  if (isJsonObject(row)) return row;
  throw noChange(
    `its op is ${describeJson(op)}, and its member ${name} should be an object, got ${describe(row)}`,
  );
}

function noChange(problem: string): Rejected {
  return new Rejected('not_a_change', `the value is not a change with op, before and after: ${problem}`);
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : describeJson(value);
}
