import type { FieldDefinition, JsonPath } from '../../registry/definition.ts';
import { describeJson } from '../json/describe-json.ts';
import { isJsonObject } from '../json/exact-json.ts';
import type { RecordContent } from '../json/record-content.ts';
import { Misfit } from './misfit.ts';

/** Finds what stands at a field's place in the JSON of a record. Null: nothing does. */
type LocateInJson = (root: unknown) => unknown;

/** Where the values of a field stand. */
export interface Locator {
  /** A JSON value, a text or a moment; null if nothing stands there; a {@link Misfit} on the way to it. */
  readonly find: (content: RecordContent) => unknown;
  /** The same, with exact numbers. */
  readonly findExact: (content: RecordContent) => unknown;
}

export function locator({ name, from = [name] }: FieldDefinition): Locator {
  if ('envelope' in from) return inEnvelope(name, from.envelope);
  if (!('record' in from) && !('header' in from)) {
    const locate = from.length === 1 ? member(String(from[0])) : path(name, from);
    return { find: ({ root }) => locate(root), findExact: ({ exact }) => locate(exact) };
  }
  const find = 'record' in from ? besideJson[from.record](name) : header(name, from.header);
  return { find, findExact: find };
}

/** A path in what is around the event. A record that is a list itself has nothing around it. */
function inEnvelope(field: string, steps: JsonPath): Locator {
  const locate = path(field, steps);
  const found = (root: unknown): unknown =>
    root === undefined || (Array.isArray(root) && typeof steps[0] === 'string') ? null : locate(root);
  return {
    find: ({ envelope }) => found(envelope?.plain),
    findExact: ({ envelope }) => found(envelope?.exact),
  };
}

/** A member of the record's object: the usual place. */
function member(name: string): LocateInJson {
  return (root) => (Object.hasOwn(root as object, name) ? (root as Record<string, unknown>)[name] : null);
}

function path(field: string, steps: JsonPath): LocateInJson {
  return (root) => {
    let value: unknown = root;
    for (const [index, step] of steps.entries()) {
      if (typeof step === 'number' ? !Array.isArray(value) : !isJsonObject(value)) {
        return notOnTheWay(
          field,
          steps.slice(0, index),
          typeof step === 'number' ? 'a list' : 'an object',
          value,
        );
      }
      const members = value as Record<string | number, unknown>;
      value = Object.hasOwn(members, step) ? members[step] : null;
      if (value === null) return null;
    }
    return value;
  };
}

function notOnTheWay(field: string, steps: JsonPath, expected: string, found: unknown): Misfit {
  const problem = `field ${field} should be below ${pathText(steps)}, which should be ${expected} and is ${describeJson(found)}`;
  return new Misfit('wrong_type', problem, found);
}

/** A path as a definition writes it: `context.items[0].id`. */
export function pathText(steps: JsonPath): string {
  return steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

const besideJson = {
  key: (field: string) => (content: RecordContent) => {
    const { key } = content;
    return key instanceof Uint8Array ? textOf(field, 'key', key) : key;
  },
  timestamp: () => (content: RecordContent) => content.record.kafkaTs,
};

function header(field: string, name: string) {
  return (content: RecordContent) =>
    textOf(field, `header ${name}`, content.record.headers?.get(name) ?? null);
}

/** What is shown of bytes that are no text. */
const MOST_BYTES_SHOWN = 500;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(field: string, what: string, bytes: Uint8Array | null): unknown {
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    const problem = `field ${field} comes from the record's ${what}, which is not UTF-8 text`;
    return new Misfit('not_utf8', problem, hexOf(bytes));
  }
}

/** The first bytes in hex. */
function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, MOST_BYTES_SHOWN), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
