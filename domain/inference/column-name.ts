import type { JsonPath } from '../registry/definition.ts';
import { POSTGRES_COLUMNS, RAW_EVENT_COLUMNS, WINDOW_ROW_COLUMNS } from '../registry/reserved-columns.ts';

/** The most characters of a column name. */
const LONGEST = 50;
/** Names that say little without the name of what they belong to. */
const VAGUE: ReadonlySet<string> = new Set(['id', 'name', 'type', 'value', 'key', 'path', 'code', 'date']);
const TAKEN: ReadonlySet<string> = new Set([
  ...RAW_EVENT_COLUMNS,
  ...WINDOW_ROW_COLUMNS,
  ...POSTGRES_COLUMNS,
]);

/** A name in snake_case that begins with a letter: `userId` becomes `user_id`, `@timestamp` `timestamp`. */
function snakeCase(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (words === '') return 'field';
  return /^[a-z]/.test(words) ? words : `field_${words}`;
}

/** The name of the last member of a path. */
export function ownName(path: JsonPath): string {
  return snakeCase(String(path.at(-1)));
}

/**
 * The names of the columns for the places, all different: the last member's name, with as many names before it
 * as it takes.
 */
export function columnNames(paths: readonly JsonPath[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(ownName(path), (counts.get(ownName(path)) ?? 0) + 1);
  const used = new Set<string>();
  return paths.map((path) => {
    const own = ownName(path);
    const needsMore = counts.get(own)! > 1 || VAGUE.has(own);
    const wanted = needsMore ? path.map(String).map(snakeCase).join('_') : own;
    const name = unusedName(wanted, used);
    used.add(name);
    return name;
  });
}

/** The name, or the name with a number behind it, that is neither used nor reserved. */
export function unusedName(wanted: string, used: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `_${number}`;
    const name = wanted.slice(0, LONGEST - suffix.length) + suffix;
    if (!used.has(name) && !TAKEN.has(name)) return name;
  }
}
