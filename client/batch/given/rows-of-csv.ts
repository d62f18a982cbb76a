import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { csvRecords } from '../../../adapters/files/csv-records.ts';
import { readBytes } from '../../../adapters/files/lines.ts';
import { TableFault } from '../../../adapters/files/table-fault.ts';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import { truthOfWord } from '../../../domain/files/truth-words.ts';
import type { GivenRows, RowFile } from './given-rows.ts';
import { hashed } from './hashed.ts';
import { headingIndexes } from './heading-indexes.ts';

/** The rows of a CSV file with a heading; of standard input for `-`. An empty field is missing. */
export function rowsOfCsv(file: RowFile): GivenRows {
  const hash = createHash('sha256');
  return {
    place: 'line',
    isTextOnly: true,
    groups: inGroups(file, hashed(readBytes(file.path), hash)),
    origin: () => ({ name: basename(file.path), sha256: hash.digest('hex') }),
  };
}

async function* inGroups(file: RowFile, bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly GivenRow[]> {
  const { columns, time } = file.table;
  const wanted = [...columns, time].map(({ name }) => name);
  const truths = new Set(columns.filter(({ type }) => type === 'boolean').map(({ name }) => name));
  const plain = (name: string, text: string): string =>
    truths.has(name) ? String(truthOfWord(text) ?? text) : text;
  let heading: readonly string[] | undefined;
  let leftOut: readonly number[] = [];
  for await (const records of csvRecords(bytes, wanted)) {
    const body = heading ? records : records.slice(1);
    if (!heading && records[0]) {
      heading = records[0].fields;
      leftOut = headingIndexes(file, heading);
    }
    const names = heading;
    if (!names) continue;
    yield body.map(({ line, fields }): GivenRow => {
      if (fields.length !== names.length)
        return {
          at: line,
          problem: `it has ${fields.length} fields; expected ${names.length}, as the heading has`,
        };
      const members = names.flatMap((name, index) =>
        leftOut.includes(index) || fields[index] === '' ? [] : [[name, plain(name, fields[index]!)]],
      );
      return { at: line, json: Buffer.from(JSON.stringify(Object.fromEntries(members))) };
    });
  }
  if (!heading) throw new TableFault('the file is empty; expected a heading and rows');
}
