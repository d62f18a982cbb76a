import { quoted } from '../errors/quoted.ts';
import type { FieldValue } from '../log/event.ts';
import { Misfit } from '../log/fields/misfit.ts';
import { type ReadValue, valueReader } from '../log/fields/read-value.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import { RecordContent } from '../log/json/record-content.ts';
import { MAX_KEY_BYTES, isKeyTooLong, keyBytes } from '../log/key-length.ts';
import { Rejected } from '../log/rejected.ts';
import type { FieldDefinition, FieldType } from '../registry/definition.ts';
import type { WrittenTable } from './written-table.ts';

/** The values of a written row: its columns in the order of the table, then its moment. */
export type RowValues = readonly FieldValue[];

/** The reasons why something is not a row of the table. */
export interface RowProblems {
  readonly problems: readonly string[];
}

/**
 * Reads rows, each of which is the JSON of one object. Its members must be columns of the table; one that is
 * missing is null.
 */
export type RowReader = (json: Uint8Array) => RowValues | RowProblems;

/** The types whose values are numbers or truth values, which a format without types writes as texts. */
const COERCED: readonly FieldType[] = ['double', 'integer', 'boolean', 'decimal'];

interface ColumnReader {
  readonly field: FieldDefinition;
  readonly readValue: ReadValue;
}

/** @param isTextOnly whether the format of the rows has texts alone, as CSV does. */
export function rowReader({ primaryKeys, columns, time }: WrittenTable, isTextOnly: boolean): RowReader {
  const readers = [...columns, time].map((field): ColumnReader => {
    const read = isTextOnly && COERCED.includes(field.type) ? { ...field, coerce: true } : field;
    const exact = ({ exact: root }: RecordContent): unknown => member(root, field.name);
    return { field, readValue: valueReader(read, { isEventTime: field === time, exact }) };
  });
  const names = new Set(readers.map(({ field }) => field.name));
  const keys = primaryKeys.map((key) => columns.findIndex(({ name }) => name === key));
  return (json) => {
    try {
      const content = new RecordContent(ROW, json);
      const problems = Object.keys(content.root)
        .filter((name) => !names.has(name))
        .map((name) => `column ${quoted(name)} is not one of the table; correct its name, or leave it out`);
      const values = readers.map((reader) => {
        const value = readColumn(reader, content);
        if (!(value instanceof Misfit)) return value;
        problems.push(value.problem);
        return null;
      });
      const key = keys.map((index) => String(values[index]));
      if (isKeyTooLong(key)) {
        const size = `${keyBytes(key)} bytes of UTF-8; expected at most ${MAX_KEY_BYTES}`;
        problems.push(`the primary key ${primaryKeys.join(' + ')} has ${size}`);
      }
      return problems.length > 0 ? { problems } : values;
    } catch (error) {
      if (error instanceof Rejected) return { problems: [`expected one JSON object: ${error.message}`] };
      throw error;
    }
  };
}

function readColumn({ field, readValue }: ColumnReader, content: RecordContent): FieldValue | Misfit {
  const { name, required, type } = field;
  const value = member(content.root, name);
  if (value === null || (required && value === '')) {
    if (!required) return null;
    return new Misfit('missing_field', `column ${name} is missing or empty; expected a ${type} in each row`);
  }
  return readValue(value, content);
}

function member(root: unknown, name: string): unknown {
  if (!isJsonObject(root) || !Object.hasOwn(root, name)) return null;
  return (root as Readonly<Record<string, unknown>>)[name];
}

/** A row has no place in a log. */
const ROW = { partition: 0, offset: 0n, kafkaTs: null, key: null, value: null } as const;
