import { isObject } from './json.ts';

/** The envelope of a source's events. */
export type OracleEnvelope =
  | { readonly envelope: 'connect' }
  | { readonly envelope: 'change'; readonly deletes?: 'skip' | 'before' | undefined };

type Members = Record<string, unknown>;

/** The event in a value and the envelope around it, or what else the record is. */
export function unwrapped(
  value: Members,
  unwrap: OracleEnvelope,
): { readonly json: Members; readonly envelope: Members } | 'dead letter' | 'skipped' | 'tombstone' {
  const isConnect = 'schema' in value && 'payload' in value && Object.keys(value).length === 2;
  const payload = isConnect ? value.payload : value;
  if (payload === null) return 'tombstone';
  if (!isObject(payload)) return 'dead letter';
  if (unwrap.envelope === 'connect') return { json: payload, envelope: payload };
  if (typeof payload.op !== 'string') return 'dead letter';
  const rows: Members = { c: payload.after, r: payload.after, u: payload.after };
  if (unwrap.deletes === 'before') rows.d = payload.before;
  if (!Object.hasOwn(rows, payload.op)) return 'skipped';
  const row = rows[payload.op];
  return isObject(row) ? { json: row, envelope: payload } : 'dead letter';
}
