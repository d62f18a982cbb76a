import type { FieldDefinition, FieldPlace, JsonPath, ListPlace } from '../registry/definition.ts';
import type { Condition } from '../registry/expression.ts';
import type { Inference, InferredSource } from './inferred-source.ts';
import { dottedPath } from './path-text.ts';

/** Names that a module cannot give to its export, or that it imports. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(
  (
    'and arguments as async await boolean break case catch class const continue debugger default delete do else enum ' +
    'equals eval eventSource export extends false finally for function get if implements import in instanceof ' +
    'interface isIn isNull let new not null number of optional or package private protected public required return ' +
    'set static string super switch this throw true try type typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Writes the definition as a module of TypeScript.
 *
 * @param heading the first lines, as a comment.
 */
export function writeSource({ source, remarks, leftOut }: Inference, heading: readonly string[]): string {
  const { name, topic, entity, eventTime, fields, format, tombstones, kafkaTimestamps } = source;
  const { unwrap, explode, where } = source;
  const remarksOn = (what: string): string[] => comments(remarks.get(what) ?? [], '  ');
  return [
    `import { ${importsOf(source).join(', ')} } from 'asof';`,
    '',
    ...comments(heading, ''),
    `export const ${exportName(name)} = eventSource({`,
    `  name: ${quote(name)},`,
    ...(topic === undefined ? [] : [`  topic: ${quote(topic)},`]),
    ...remarksOn('entity'),
    `  entity: ${quote(entity)},`,
    ...remarksOn('eventTime'),
    `  eventTime: ${quote(eventTime)},`,
    '  fields: {',
    ...fields.flatMap((field) => [
      ...comments(remarks.get(field.name) ?? [], '    '),
      `    ${field.name}: ${fieldText(field)},`,
    ]),
    ...comments(leftOut, '    '),
    '  },',
    ...(format === undefined ? [] : [`  format: ${quote(format)},`]),
    ...remarksOn('unwrap'),
    ...(unwrap === undefined ? [] : [`  unwrap: { envelope: ${quote(unwrap.envelope)} },`]),
    ...remarksOn('explode'),
    ...(explode === undefined ? [] : [`  explode: ${placeText(explode)},`]),
    ...remarksOn('where'),
    ...(where === undefined ? [] : [`  where: ${conditionText(where)},`]),
    ...(tombstones === undefined ? [] : [`  tombstones: ${quote(tombstones)},`]),
    ...(kafkaTimestamps === undefined ? [] : [`  kafkaTimestamps: ${quote(kafkaTimestamps)},`]),
    '});',
    '',
  ].join('\n');
}

function importsOf({ fields, where }: InferredSource): string[] {
  const isUsed = (required: boolean): boolean => fields.some((field) => field.required === required);
  return [
    'eventSource',
    ...(isUsed(false) ? ['optional'] : []),
    ...(isUsed(true) ? ['required'] : []),
    ...(where ? conditionNames(where) : []),
  ].sort();
}

const CONDITION_NAMES = { and: 'and', or: 'or', not: 'not', equals: 'equals', in: 'isIn', is_null: 'isNull' };

function conditionNames(condition: Condition): string[] {
  const inner = 'of' in condition ? [condition.of].flat().flatMap(conditionNames) : [];
  return [...new Set([CONDITION_NAMES[condition.op], ...inner])];
}

function conditionText(condition: Condition): string {
  const call = (...args: string[]): string => `${CONDITION_NAMES[condition.op]}(${args.join(', ')})`;
  if ('of' in condition) return call(...[condition.of].flat().map(conditionText));
  if (condition.op === 'is_null') return call(quote(condition.field));
  const value =
    condition.op === 'in' ? `[${condition.values.map(literal).join(', ')}]` : literal(condition.value);
  return call(quote(condition.field), value);
}

function fieldText({ type, required, from, unit, coerce, scale }: FieldDefinition): string {
  const options = [
    ...(from === undefined ? [] : [`from: ${placeText(from)}`]),
    ...(unit === undefined ? [] : [`unit: ${quote(unit)}`]),
    ...(coerce === undefined ? [] : [`coerce: ${coerce}`]),
    ...(scale === undefined ? [] : [`scale: ${scale}`]),
  ];
  const args = [quote(type), ...(options.length > 0 ? [`{ ${options.join(', ')} }`] : [])];
  return `${required ? 'required' : 'optional'}(${args.join(', ')})`;
}

function placeText(place: FieldPlace | ListPlace): string {
  if ('length' in place) return pathLiteral(place);
  const members = Object.entries<string | JsonPath>({ ...place });
  return `{ ${members.map(([name, value]) => `${name}: ${typeof value === 'string' ? quote(value) : pathLiteral(value)}`).join(', ')} }`;
}

function pathLiteral(path: JsonPath): string {
  const dotted = dottedPath(path);
  return dotted === undefined ? `[${path.map(literal).join(', ')}]` : quote(dotted);
}

/** A name for a constant: `shop.user-events` becomes `shopUserEvents`. */
function exportName(source: string): string {
  const words = source.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const name = words
    .map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
  return TAKEN_NAMES.has(name) ? `${name}Source` : name;
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

/** A literal of TypeScript, in single quotes. */
function quote(text: string): string {
  const inner = escaped(JSON.stringify(text).slice(1, -1)).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

function comments(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => `${indent}// ${escaped(line)}`);
}

/** Without characters that end a line or do not show. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
