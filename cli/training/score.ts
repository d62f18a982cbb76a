import { Command, Option } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { countsInWords } from '../../domain/training/way-words.ts';
import { progress } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';
import { parseModelVersion } from './model-version.ts';
import { reportActivities } from './report-activities.ts';

export function scoreCommand() {
  return new Command('score')
    .description('predict for every row of a spine by a model version; brings its own worker')
    .argument('<model>', 'model, or one of its versions, such as user_churn_model/1; default: the newest')
    .addOption(
      new Option(
        '--spine <file>',
        'CSV or Parquet file with the keys, the moments and the fields of requests; no label',
      ).conflicts('spineQuery'),
    )
    .option(
      '--spine-query <sql>',
      'SELECT that gives these, run as the role of batch queries, instead of a file',
    )
    .addOption(
      new Option('--as <way>', 'values: as corrected by now, as known as of each row, or as served then')
        .choices(['latest', 'as-known', 'as-served'] as const)
        .default('latest' as const),
    )
    .option('--out <file>', 'Parquet or CSV file to write, by the end of its name')
    .option('--table <name>', 'external table to write the predictions into')
    .option('--overwrite', 'replace any file at --out, not only predictions that Asof wrote')
    .option('--allow-missing', 'score although a look-up finds no row')
    .option('--json', 'print what each look-up found in the result too')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof score user_churn_model --spine users.csv --out scores.parquet\n' +
        '  npx asof score user_churn_model/1 --spine users.csv --table churn_scores',
    )
    .action(async (given, options, command) => {
      const { spine: file, spineQuery: query, as, out, table, json, overwrite, allowMissing } = options;
      const spine = file ?? (query === undefined ? undefined : { query });
      if (spine === undefined)
        return command.error(
          "error: required option '--spine <file>' or '--spine-query <sql>' not specified",
        );
      if (out === undefined && table === undefined)
        return command.error("error: required option '--out <file>' or '--table <name>' not specified");
      const { name, version } = parseModelVersion(given);
      await using asof = await connect();
      const onProgress = reportActivities(`score ${given}`);
      const to = { version, spine, as, out, table, overwrite, allowMissing, onProgress };
      const receipt = await withWorker((signal) => asof.model(name).score({ ...to, signal }));
      const { model, rows, lookups, notes } = receipt;
      for (const note of notes) progress(`score ${given}: ${note}`);
      for (const counts of lookups) progress(`score ${given}: ${countsInWords(counts)}`);
      const result = { model, version: receipt.version, rows, file: receipt.file, table: receipt.table };
      process.stdout.write(`${JSON.stringify({ ...result, ...(json && { lookups }) })}\n`);
    });
}
