import { isJsonObject } from '../log/json/exact-json.ts';
import { valueAt } from '../log/json/value-at.ts';
import type { JsonPath } from '../registry/definition.ts';
import { numberText } from './shape.ts';

/** What records wrap their event in. */
export interface Envelope {
  /** Where the event stands. Empty: the record is the event. */
  readonly event: JsonPath;
  /** Of records that say how a row has changed. */
  readonly change?: ChangeEnvelope | undefined;
}

interface ChangeEnvelope {
  /** Where the kind of the change stands. */
  readonly op: JsonPath;
  /** Where the moment of the change stands, if it does. */
  readonly at?: JsonPath | undefined;
}

/** The kinds of change after which there is a row: created, read by a snapshot, updated. */
export const CHANGES_WITH_ROW: readonly string[] = ['c', 'r', 'u'];

/** The share of the records that must have an envelope. */
const LEAST = 0.9;

export function findEnvelope(roots: readonly unknown[]): Envelope {
  const payload = isMostly(roots, isConnect) ? ['payload'] : [];
  const inner = roots.map((root) => valueAt(root, payload));
  if (!isMostly(inner, isChange)) return { event: payload };
  const op = [...payload, 'op'];
  const at = [
    [...payload, 'source', 'ts_ms'],
    [...payload, 'ts_ms'],
  ].find((path) => isMostly(roots, (root) => numberText(valueAt(root, path)) !== undefined));
  return { event: [...payload, 'after'], change: { op, at } };
}

function isConnect(root: unknown): boolean {
  return (
    isJsonObject(root) &&
    Object.keys(root).sort().join() === 'payload,schema' &&
    isJsonObject(valueAt(root, ['payload']))
  );
}

function isChange(value: unknown): boolean {
  return (
    typeof valueAt(value, ['op']) === 'string' &&
    (valueAt(value, ['after']) !== undefined || valueAt(value, ['before']) !== undefined)
  );
}

function isMostly(values: readonly unknown[], holds: (value: unknown) => boolean): boolean {
  return values.length > 0 && values.filter(holds).length >= LEAST * values.length;
}
