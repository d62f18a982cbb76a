import { csvRecords } from '../../../../adapters/files/csv-records.ts';
import { TableFault } from '../../../../adapters/files/table-fault.ts';
import { truthOfWord } from '../../../../domain/files/truth-words.ts';
import type {
  EventSourceDefinition,
  FieldDefinition,
  FieldType,
} from '../../../../domain/registry/definition.ts';
import { columnNames, withoutIndex } from './column-names.ts';
import { type MemberTree, memberTree, treeJson } from './member-tree.ts';

/** The types whose values JSON writes as numbers. */
const NUMBERS: readonly FieldType[] = ['double', 'integer', 'decimal'];
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads the rows of a CSV file as events, each as the JSON that a producer would send. An empty field is
 * missing; an empty text in quotes is one. A number or a truth value is one where all fields that read the
 * column are of such a type; all else is text, digit by digit. A row of another width than the heading becomes
 * the list of its texts, which is no event.
 *
 * @param onWarning called with what is left out.
 * @throws TableFault for a file that is no CSV, or has columns of one name.
 */
export async function* csvLines(
  bytes: AsyncIterable<Uint8Array>,
  source: EventSourceDefinition,
  onWarning: (message: string) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let heading: { readonly tree: MemberTree; readonly width: number } | undefined;
  for await (const records of csvRecords(bytes, columnNames(source))) {
    for (const { fields, quotedEmpty } of records) {
      if (!heading) {
        heading = { tree: headingTree(source, fields, onWarning), width: fields.length };
        continue;
      }
      if (fields.length !== heading.width) {
        yield Buffer.from(JSON.stringify(fields));
        continue;
      }
      const json = treeJson(heading.tree, ({ at, fields: read }) =>
        fields[at] === '' && !quotedEmpty?.includes(at) ? undefined : fieldJson(fields[at]!, read),
      );
      yield Buffer.from(json);
    }
  }
  if (!heading) throw new TableFault('the file is empty; expected a heading and rows');
}

function headingTree(
  source: EventSourceDefinition,
  names: readonly string[],
  onWarning: (message: string) => void,
): MemberTree {
  const repeated = names.findIndex((name, at) => name !== '' && names.indexOf(name) < at);
  if (repeated >= 0)
    throw new TableFault(`column ${repeated + 1} has the name of another, '${names[repeated]}'`, 1);
  return memberTree(source, withoutIndex(source, names, onWarning));
}

function fieldJson(text: string, fields: readonly FieldDefinition[]): string {
  const isAll = (types: readonly FieldType[]): boolean =>
    fields.length > 0 && fields.every(({ type }) => types.includes(type));
  if (isAll(NUMBERS) && JSON_NUMBER.test(text)) return text;
  const truth = isAll(['boolean']) ? truthOfWord(text) : undefined;
  return truth === undefined ? JSON.stringify(text) : String(truth);
}
