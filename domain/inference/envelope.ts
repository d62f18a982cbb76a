import { valueAt } from '../log/element-record.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import type { EnvelopeDefinition } from '../registry/definition.ts';

/** The share of the records that must have an envelope. */
const LEAST = 0.9;

/** The envelope that most records have around their event. Undefined: none. */
export function findEnvelope(roots: readonly object[]): EnvelopeDefinition | undefined {
  const payloads = roots.flatMap((root) => {
    const inner = isConnect(root) ? valueAt(root, ['payload']) : root;
    return inner === null ? [] : [inner];
  });
  if (isMostly(payloads, isChange)) return { envelope: 'change' };
  return isMostly(roots, isConnect) ? { envelope: 'connect' } : undefined;
}

function isConnect(root: unknown): boolean {
  if (!isJsonObject(root) || Object.keys(root).sort().join() !== 'payload,schema') return false;
  const payload = valueAt(root, ['payload']);
  return payload === null || isJsonObject(payload);
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
