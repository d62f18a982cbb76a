import { Command, Option } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { progress } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';
import { reportActivities } from './report-activities.ts';

export function trainingSetCommand() {
  return new Command('training-set')
    .description('rows to train on, each as of its own moment')
    .addCommand(buildCommand());
}

function buildCommand() {
  return new Command('build')
    .description('look the features of a training set up for every row of a spine; brings its own worker')
    .argument('<name>', 'training set, such as churn')
    .addOption(
      new Option(
        '--spine <file>',
        'CSV or Parquet file with the keys, observation timestamps, labels and splits',
      ).conflicts('spineQuery'),
    )
    .option(
      '--spine-query <sql>',
      'SELECT that gives these, run as the role of batch queries, instead of a file',
    )
    .requiredOption('--out <file>', 'Parquet file to write')
    .option('--overwrite', 'replace any file at --out, not only one that Asof wrote')
    .option('--allow-missing', 'build although a look-up finds no row')
    .option('--json', 'print what each look-up found in the result too')
    .addHelpText(
      'after',
      '\nExample:\n  npx asof training-set build churn --spine labels.csv --out churn.parquet',
    )
    .action(async (name, { spine: file, spineQuery: query, out, overwrite, allowMissing, json }, command) => {
      const spine = file ?? (query === undefined ? undefined : { query });
      if (spine === undefined)
        return command.error(
          "error: required option '--spine <file>' or '--spine-query <sql>' not specified",
        );
      await using asof = await connect();
      const onProgress = reportActivities(`training set ${name}`);
      const options = { spine, out, overwrite, allowMissing, onProgress };
      const receipt = await withWorker((signal) => asof.trainingSet(name).build({ ...options, signal }));
      const { id, rows, sha256, path, lookups, notes } = receipt;
      for (const note of notes) progress(`training set ${name}: ${note}`);
      for (const { table, found, notFound } of lookups)
        progress(`training set ${name}: ${found} rows found in ${table}, ${notFound} not found`);
      progress(`training set ${name}: ${id}, ${rows} rows in ${path}`);
      process.stdout.write(`${JSON.stringify({ id, rows, sha256, ...(json && { lookups }) })}\n`);
    });
}
