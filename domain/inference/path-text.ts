import type { JsonPath } from '../registry/definition.ts';

/** A path as a definition writes it, `context.user.id`. Undefined: a name in it needs the form of a list. */
export function dottedPath(path: JsonPath): string | undefined {
  const names = path.map(String);
  return names.every((name) => /^[^.[\]]+$/.test(name)) ? names.join('.') : undefined;
}

/** A path for people. */
export function pathText(path: JsonPath): string {
  return dottedPath(path) ?? JSON.stringify(path);
}
