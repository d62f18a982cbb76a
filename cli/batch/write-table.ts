import { Command } from '@commander-js/extra-typings';
import { readLines } from '../../adapters/files/lines.ts';
import { type GivenRow, writeTable } from '../../client/batch/write-table.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult } from '../shared/output.ts';
import { withSystems } from '../shared/systems.ts';

export function writeTableCommand() {
  return new Command('write-table')
    .description('write rows, one JSON object a line, into a reference table; all of them or none')
    .argument('<table>', 'reference table, such as users')
    .argument('<file>', "path of an NDJSON file; '-' is standard input")
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nA row takes the place of one with the same key and valid_from.\n\nExample:\n  npx asof write-table users users.ndjson',
    )
    .action(async (table, file, { json }) => {
      const rows = await readRows(file);
      const result = await withSystems(({ pool }) => writeTable(pool, table, rows));
      const text = `wrote ${result.rows} rows to reference.${table}, ${result.changed} of them new or changed`;
      printResult(result, { json, text });
    });
}

async function readRows(file: string): Promise<GivenRow[]> {
  const rows: GivenRow[] = [];
  let number = 0;
  for await (const line of readLines(file)) {
    number += 1;
    const text = line.toString('utf8');
    if (text.trim() !== '') rows.push({ place: `line ${number}`, row: parseLine(file, number, text) });
  }
  return rows;
}

/** @throws AsofError `ASOF_ROWS_INVALID` where the line is not JSON. */
function parseLine(file: string, number: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AsofError(
      'ASOF_ROWS_INVALID',
      `line ${number} of '${file}' is not JSON: ${(cause as SyntaxError).message}. Expected one object a line; no row was written`,
      { details: { file, line: number }, cause },
    );
  }
}
