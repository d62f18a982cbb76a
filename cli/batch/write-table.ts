import { Command, Option } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { printResult, progress } from '../shared/output.ts';

export function writeTableCommand() {
  return new Command('write-table')
    .description('write the rows of a file into a reference table or an external table; all of them or none')
    .argument('<table>', 'table, such as users')
    .argument('<file>', "path of the file; '-' is standard input")
    .addOption(
      new Option('--format <format>', 'format of the file; default: by its ending, otherwise ndjson').choices(
        ['ndjson', 'csv', 'parquet'] as const,
      ),
    )
    .option(
      '--history',
      'the rows are imported history: training sets as-known count new ones as known since they became visible',
    )
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nA row takes the place of one with the same key and moment.\n\nExamples:\n  npx asof write-table users users.ndjson\n  npx asof write-table customer_scores scores.csv\n  npx asof write-table customer_scores scores-of-2025.csv --history',
    )
    .action(async (table, file, { format, history, json }) => {
      await using asof = await connect();
      const result = await asof.writeTable(table, file, { format, history, onNote: progress });
      const text = `wrote ${result.rows} rows to ${table}, ${result.changed} of them new or changed`;
      printResult(result, { json, text });
    });
}
