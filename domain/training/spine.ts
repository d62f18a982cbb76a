import { FIT_NUMBER } from '../features/fit-number.ts';
import { indexColumns } from '../files/index-columns.ts';
import { truthOfWord } from '../files/truth-words.ts';
import type { TrainingSetDefinition } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { parseIsoTime } from '../time/iso-time.ts';

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

/** The columns of a spine, and where they stand in its file. */
export interface SpineHeading {
  readonly columns: readonly SpineColumn[];
  /** The position of each column among the fields of a line, from 0. */
  readonly positions: readonly number[];
  /** The number of fields of a line, with those of columns that are left out for want of a name. */
  readonly width: number;
}

/** The columns that the definition asks of a spine. */
export function spineColumns(definition: TrainingSetDefinition): string[] {
  return [...rolesOf(definition).keys()];
}

function rolesOf({ spine, lookups }: TrainingSetDefinition): Map<string, SpineRole> {
  return new Map<string, SpineRole>([
    ...[...spine.keys, ...lookups.flatMap(({ lookupKeys }) => lookupKeys)].map(
      (key) => [key, 'key'] as const,
    ),
    [spine.timestamp, 'timestamp'],
    [spine.label, 'label'],
    ...(spine.split === null ? [] : [[spine.split, 'split'] as const]),
  ]);
}

/**
 * Reads the heading of a spine. Leaves out columns without a name of their own: an index that pandas wrote.
 *
 * @returns the heading, and what is wrong with it; `problems` is empty if nothing is wrong.
 */
export function spineHeading(
  definition: TrainingSetDefinition,
  names: readonly string[],
): { heading: SpineHeading; problems: string[] } {
  const roles = rolesOf(definition);
  const looked = definition.lookups.flatMap(({ features }) => features.map((feature) => feature.as));
  const problems = [
    ...[...roles]
      .filter(([name]) => !names.includes(name))
      .map(([name, role]) => `there is no ${role} column '${name}' among the ${names.length} of the heading`),
    ...[...names.keys()].flatMap((position) => repeatOf(names, position, looked)),
  ];
  if (names.length === 1 && problems.length > 0)
    problems.push('the columns of the heading are separated by neither comma, semicolon nor tab');
  const leftOut = indexColumns(names, (name) => roles.has(name));
  const positions = [...names.keys()].filter((position) => !leftOut.includes(position));
  const columns = positions.map((position) => ({
    name: names[position]!,
    role: roles.get(names[position]!) ?? 'other',
  }));
  return { heading: { columns, positions, width: names.length }, problems };
}

/** What else the column at `position` shares its name with, if there is anything. */
function repeatOf(names: readonly string[], position: number, features: readonly string[]): string[] {
  const folded = names[position]!.toLowerCase();
  if (folded === '') return [];
  const earlier = names.findIndex((name) => name.toLowerCase() === folded);
  const feature = features.find((name) => name.toLowerCase() === folded);
  const other = earlier < position ? `column ${earlier + 1}` : feature && `the feature '${feature}'`;
  return other ? [`column ${position + 1} is called as ${other} (case does not tell columns apart)`] : [];
}

/**
 * Parses a line of the spine.
 *
 * @param nameless the indexes of fields that hold a number which is no key.
 * @returns the row, or a text that states what is wrong with the line.
 */
export function parseSpineRow(
  { columns, positions, width }: SpineHeading,
  fields: readonly string[],
  nameless: readonly number[] = [],
): SpineRow | string {
  if (fields.length !== width) {
    return `has ${fields.length} fields, but the heading has ${width} columns`;
  }
  const row: (string | number | Instant)[] = [];
  for (const [index, { name, role }] of columns.entries()) {
    const position = positions[index]!;
    if (role === 'key' && nameless.includes(position)) return `${name} ${NAMELESS}`;
    const value = parseField(role, fields[position]!);
    if (value === undefined) return `${role === 'other' ? `column ${position + 1}` : name} ${EXPECTED[role]}`;
    row.push(value);
  }
  return row;
}

const EXPECTED: Record<SpineRole, string> = {
  key: 'is empty or holds a NUL character; every row needs a key',
  timestamp: 'is not a time such as 2026-03-01T00:00:00Z',
  label: `is not a number that is exact everywhere: ${FIT_NUMBER}`,
  split: `is not one of ${SPLITS.join(', ')}`,
  other: 'holds a NUL character',
};

const NAMELESS =
  'is NaN, infinite or a double beyond ±9007199254740991, which has lost digits; expected a text or an integer';

function parseField(role: SpineRole, text: string): string | number | Instant | undefined {
  switch (role) {
    case 'timestamp':
      return parseIsoTime(text);
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
  const truth = truthOfWord(text);
  if (truth !== undefined) return Number(truth);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const label = Number(text);
  const isWhole = /^[+-]?\d+$/.test(text);
  return (isWhole ? Number.isSafeInteger(label) : Number.isFinite(label)) ? label : undefined;
}
