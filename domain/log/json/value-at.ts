import type { JsonPath } from '../../registry/definition.ts';
import { isJsonObject } from './exact-json.ts';

/** Whether a step of a path goes into a value: an index goes into a list, a name into an object. */
export function goesInto(
  step: string | number,
  value: unknown,
): value is Readonly<Record<string | number, unknown>> {
  return typeof step === 'number' ? Array.isArray(value) : isJsonObject(value);
}

/** What stands at a path. Undefined: nothing does, or a step does not go into what it meets. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path)
    value = goesInto(step, value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}
