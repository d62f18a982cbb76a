import { FIT_NUMBER } from '../features/fit-number.ts';
import type { TrainingSetDefinition } from '../registry/definition.ts';
import { type Instant, parseInstant } from '../time/instant.ts';

/**
 * What a column of the spine is for. A key of a lookup is a `key`, even if it is not one of the spine's own
 * keys.
 */
export type SpineRole = 'key' | 'timestamp' | 'label' | 'split' | 'other';

export interface SpineColumn {
  readonly name: string;
  readonly role: SpineRole;
}

/**
 * A row of the spine, in the order of its columns. A text is as given, the timestamp is a moment and the
 * label a number.
 */
export type SpineRow = readonly (string | number | Instant)[];

export const SPLITS: readonly string[] = ['train', 'val', 'test'];

/**
 * The spine's columns, from the heading of the file.
 *
 * @returns the columns, and what is wrong with them; `problems` is empty if nothing is wrong.
 */
export function spineColumns(
  { spine, lookups }: TrainingSetDefinition,
  heading: readonly string[],
): { columns: SpineColumn[]; problems: string[] } {
  const roles = new Map<string, SpineRole>([
    ...[...spine.keys, ...lookups.flatMap(({ lookupKeys }) => lookupKeys)].map(
      (key) => [key, 'key'] as const,
    ),
    [spine.timestamp, 'timestamp'],
    [spine.label, 'label'],
    ...(spine.split === null ? [] : [[spine.split, 'split'] as const]),
  ]);
  const looked = lookups.flatMap(({ features }) => features.map((feature) => feature.as));
  const problems = [
    ...[...roles]
      .filter(([name]) => !heading.includes(name))
      .map(([name, role]) => `there is no ${role} column '${name}'; the columns are [${heading.join(', ')}]`),
    ...heading.filter((name) => name === '').map(() => 'a column has no name'),
    ...repeats([...heading, ...looked]).map(
      (name) => `two columns of the result would be called '${name}' (case does not tell columns apart)`,
    ),
  ];
  return { columns: heading.map((name) => ({ name, role: roles.get(name) ?? 'other' })), problems };
}

function repeats(names: readonly string[]): string[] {
  const folded = names.map((name) => name.toLowerCase());
  return names.filter((name, index) => name !== '' && folded.indexOf(name.toLowerCase()) !== index);
}

/**
 * Parses a line of the spine.
 *
 * @returns the row, or a text that states what is wrong with the line.
 */
export function parseSpineRow(columns: readonly SpineColumn[], fields: readonly string[]): SpineRow | string {
  if (fields.length !== columns.length) {
    return `has ${fields.length} fields, but the heading names ${columns.length} columns`;
  }
  const row: (string | number | Instant)[] = [];
  for (const [index, { name, role }] of columns.entries()) {
    const value = parseField(role, fields[index]!);
    if (value === undefined) return `${name} '${fields[index]}' ${EXPECTED[role]}`;
    row.push(value);
  }
  return row;
}

const EXPECTED: Record<SpineRole, string> = {
  key: 'is empty or holds a NUL character; every row needs a key',
  timestamp: 'is not an RFC 3339 time such as 2026-03-01T00:00:00Z',
  label: `is not a number that is exact everywhere: ${FIT_NUMBER}`,
  split: `is not one of ${SPLITS.join(', ')}`,
  other: 'holds a NUL character',
};

function parseField(role: SpineRole, text: string): string | number | Instant | undefined {
  switch (role) {
    case 'timestamp':
      return parseInstant(text);
    case 'label':
      return parseLabel(text);
    case 'split':
      return SPLITS.includes(text) ? text : undefined;
    case 'key':
      return text === '' || text.includes('\0') ? undefined : text;
    case 'other':
      return text.includes('\0') ? undefined : text;
  }
}

function parseLabel(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const label = Number(text);
  const isWhole = /^[+-]?\d+$/.test(text);
  return (isWhole ? Number.isSafeInteger(label) : Number.isFinite(label)) ? label : undefined;
}
