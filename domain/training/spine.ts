import { FIT_NUMBER } from '../features/fit-number.ts';
import { REQUEST_FIELD_WORDS, requestValueOfText } from '../features/request-field.ts';
import { indexColumns } from '../files/index-columns.ts';
import { truthOfWord } from '../files/truth-words.ts';
import type { RequestField, ScalarFeatureType, TrainingSetDefinition } from '../registry/definition.ts';
import { SPLITS, addedColumns } from '../registry/spine-definition.ts';
import type { Instant } from '../time/instant.ts';
import { parseIsoTime } from '../time/iso-time.ts';

/**
 * What a column of the spine is for. A key of a lookup is a `key`, even if it is not one of the spine's own
 * keys. A `request` column holds a request field, and a `given` one a feature, which is not looked up then.
 * Asof adds the `weight` column.
 */
export type SpineRole = 'key' | 'timestamp' | 'label' | 'split' | TypedRole | 'other' | 'weight';

/** The roles of columns that have a type of their own. */
type TypedRole = 'request' | 'given';

/** What a column of a file is for. */
type SpineUse =
  | { readonly role: Exclude<SpineRole, TypedRole | 'weight'> }
  | { readonly role: TypedRole; readonly field: Pick<RequestField, 'type' | 'required'> };

/** A column that the spine's file has. */
export type GivenColumn = { readonly name: string } & SpineUse;

/** A column of a spine. Those that Asof adds stand behind those of the file. */
export type SpineColumn = GivenColumn | { readonly name: string; readonly role: 'weight' };

/**
 * A row of the spine, in the order of its columns. A text is as given, the timestamp is a moment, the label a
 * number, and a request field or a feature of its type or null.
 */
export type SpineRow = readonly (string | number | boolean | Instant | null)[];

/** The columns of a spine, and where they stand in its file. */
export interface SpineHeading {
  readonly columns: readonly GivenColumn[];
  /** The position of each column among the fields of a line, from 0. */
  readonly positions: readonly number[];
  /** The number of fields of a line, with those of columns that are left out for want of a name. */
  readonly width: number;
}

/** The columns that the definition asks of a spine. */
export function spineColumns(definition: TrainingSetDefinition): string[] {
  return [...usesOf(definition).keys()];
}

function usesOf({ spine, lookups, requestFields = [] }: TrainingSetDefinition): Map<string, SpineUse> {
  const keys = [...spine.keys, ...lookups.flatMap(({ lookupKeys }) => lookupKeys)];
  return new Map<string, SpineUse>([
    ...keys.map((key) => [key, { role: 'key' }] as const),
    [spine.timestamp, { role: 'timestamp' }],
    ...(spine.label === undefined ? [] : [[spine.label, { role: 'label' }] as const]),
    ...(typeof spine.split === 'string' ? [[spine.split, { role: 'split' }] as const] : []),
    ...requestFields.map((field) => [field.name, { role: 'request', field }] as const),
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
  types: FeatureTypes = new Map(),
): { heading: SpineHeading; problems: string[] } {
  const uses = usesOf(definition);
  const features = [
    ...definition.lookups.flatMap((lookup) => lookup.features.map(({ as }) => as)),
    ...(definition.requestFeatures ?? []).map(({ name }) => name),
  ];
  const added = addedColumns(definition.spine);
  const given = new Map(features.map((name) => [name, givenUse(types.get(name))]));
  const problems = [
    ...[...uses]
      .filter(([name]) => !names.includes(name))
      .map(
        ([name, { role }]) => `there is no ${role} column '${name}' among the ${names.length} of the heading`,
      ),
    ...[...names.keys()].flatMap((position) => repeatOf(names, position, { features, added })),
  ];
  if (names.length === 1 && problems.length > 0)
    problems.push('the columns of the heading are separated by neither comma, semicolon nor tab');
  const leftOut = indexColumns(names, (name) => uses.has(name));
  const positions = [...names.keys()].filter((position) => !leftOut.includes(position));
  const columns = positions.map((position) => ({
    name: names[position]!,
    ...(uses.get(names[position]!) ?? given.get(names[position]!) ?? { role: 'other' as const }),
  }));
  return { heading: { columns, positions, width: names.length }, problems };
}

/** The types of the features that a spine may give. The values of one without a type are texts. */
export type FeatureTypes = ReadonlyMap<string, ScalarFeatureType>;

function givenUse(type: ScalarFeatureType = 'string'): SpineUse {
  return { role: 'given', field: { type: type === 'bigint' ? 'integer' : type, required: false } };
}

/** What else the column at `position` shares its name with, if there is anything. */
function repeatOf(
  names: readonly string[],
  position: number,
  { features, added }: Record<'features' | 'added', readonly string[]>,
): string[] {
  const folded = names[position]!.toLowerCase();
  if (folded === '') return [];
  const made = added.find((name) => name.toLowerCase() === folded);
  const earlier = names.findIndex((name) => name.toLowerCase() === folded);
  const feature = features.find((name) => name.toLowerCase() === folded && name !== names[position]);
  const taken = feature
    ? `the feature '${feature}'`
    : made && `the column '${made}' that the training set adds`;
  const other = earlier < position ? `column ${earlier + 1}` : taken;
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
  const row: SpineRow[number][] = [];
  for (const [index, column] of columns.entries()) {
    const position = positions[index]!;
    const { name, role } = column;
    if (role === 'key' && nameless.includes(position)) return `${name} ${NAMELESS}`;
    const value = parseField(column, fields[position]!);
    if (value === undefined)
      return `${role === 'other' ? `column ${position + 1}` : name} ${expected(column)}`;
    row.push(value);
  }
  return row;
}

function expected(column: GivenColumn): string {
  if (!('field' in column)) return EXPECTED[column.role];
  const { type, required } = column.field;
  return `is not ${REQUEST_FIELD_WORDS[type]}${required ? ', which every row needs' : ''}`;
}

const EXPECTED: Record<Exclude<SpineRole, TypedRole | 'weight'>, string> = {
  key: 'is empty or holds a NUL character; every row needs a key',
  timestamp: 'is not a time such as 2026-03-01T00:00:00Z',
  label: `is not a number that is exact everywhere: ${FIT_NUMBER}`,
  split: `is not one of ${SPLITS.join(', ')}`,
  other: 'holds a NUL character',
};

const NAMELESS =
  'is NaN, infinite or a double beyond ±9007199254740991, which has lost digits; expected a text or an integer';

function parseField(column: GivenColumn, text: string): SpineRow[number] | undefined {
  switch (column.role) {
    case 'timestamp':
      return parseIsoTime(text);
    case 'label':
      return parseLabel(text);
    case 'split':
      return (SPLITS as readonly string[]).includes(text) ? text : undefined;
    case 'key':
      return text === '' || text.includes('\0') ? undefined : text;
    case 'request':
    case 'given': {
      const value = requestValueOfText(column.field.type, text);
      return value === null && column.field.required ? undefined : value;
    }
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
