import { Command } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { printResult } from '../shared/output.ts';

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
      await using asof = await connect();
      const result = await asof.writeTable(table, file);
      const text = `wrote ${result.rows} rows to reference.${table}, ${result.changed} of them new or changed`;
      printResult(result, { json, text });
    });
}
