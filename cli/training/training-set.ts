import { Command, Option } from '@commander-js/extra-typings';
import { type ExplainBuildOptions, connect } from '../../client/index.ts';
import { countsInWords, differenceInWords } from '../../domain/training/way-words.ts';
import { printResult, progress } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';
import { buildExplanationText } from './build-explanation-text.ts';
import { givenSpine } from './given-spine.ts';
import { reportActivities } from './report-activities.ts';
import { removeSet } from './sets/remove-set.ts';
import { diffSets, listSets, showSet } from './sets/sets.ts';
import { verifySet } from './sets/verify-set.ts';

export function trainingSetCommand() {
  return new Command('training-set')
    .description('rows to train on, each as of its own moment')
    .addCommand(buildCommand())
    .addCommand(listSets())
    .addCommand(showSet())
    .addCommand(diffSets())
    .addCommand(verifySet())
    .addCommand(removeSet());
}

function buildCommand() {
  return new Command('build')
    .description('look the features of a training set up for every row of a spine; brings its own worker')
    .argument('<name>', 'training set, such as churn')
    .option('--spine <file>', 'CSV or Parquet file with the keys, observation timestamps, labels and splits')
    .option(
      '--spine-query <sql>',
      'SELECT that gives these, run as the role of batch queries, instead of a file',
    )
    .option('--entities-of <table>', 'make the spine: a row for each entity of a table or an event source …')
    .option('--at <time>', '… that is visible at a time')
    .option('--from <time>', '… at each time of a grid, from here')
    .option('--to <time>', '… up to here')
    .option('--every <duration>', "… in steps such as '1 day'")
    .option('--out <file>', 'Parquet file to write; required without --explain')
    .option('--overwrite', 'replace any file at --out, not only one that Asof wrote')
    .option('--allow-missing', 'build although a look-up finds no row')
    .addOption(
      new Option('--as <way>', 'values: as corrected by now, as known as of each row, or as served then')
        .choices(['latest', 'as-known', 'as-served'] as const)
        .default('latest' as const),
    )
    .option('--explain', 'build nothing, and show how the look-ups would be done')
    .option('--json', 'print what each look-up found in the result too; with --explain the explanation')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof training-set build churn --spine labels.csv --out churn.parquet' +
        '\n  npx asof training-set build churn --spine labels.csv --out served.parquet --as as-served' +
        '\n  npx asof training-set build churn --spine labels.csv --explain' +
        '\n  npx asof training-set build all_users --entities-of users --at 2026-03-01 --out users.parquet',
    )
    .action(async (name, { out, overwrite, allowMissing, as, explain, json, ...given }, command) => {
      const source = givenSpine(given);
      if ('problem' in source) return command.error(`error: ${source.problem}`);
      const { spine } = source;
      if (explain) return explainBuild(name, { spine, allowMissing, as }, json);
      if (out === undefined) return command.error("error: required option '--out <file>' not specified");
      await using asof = await connect();
      const onProgress = reportActivities(`training set ${name}`);
      const options = { spine, out, overwrite, allowMissing, as, onProgress };
      const receipt = await withWorker((signal) => asof.trainingSet(name).build({ ...options, signal }));
      const { id, rows, sha256, path, lookups, differences = [], notes } = receipt;
      for (const note of notes) progress(`training set ${name}: ${note}`);
      for (const counts of lookups) progress(`training set ${name}: ${countsInWords(counts)}`);
      for (const difference of differences)
        progress(`training set ${name}: ${differenceInWords(difference, rows)}`);
      progress(`training set ${name}: ${id}, ${rows} rows in ${path}`);
      process.stdout.write(
        `${JSON.stringify({ id, rows, sha256, ...(json && { lookups, differences }) })}\n`,
      );
    });
}

async function explainBuild(
  name: string,
  options: ExplainBuildOptions,
  json: true | undefined,
): Promise<void> {
  await using asof = await connect();
  const explanation = await asof.trainingSet(name).explainBuild(options);
  printResult(explanation, { json, text: buildExplanationText(explanation) });
}
