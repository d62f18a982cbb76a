import { Command } from '@commander-js/extra-typings';
import { type VerifyTrainingSetResult, connect } from '../../../client/index.ts';
import { differingRowInWords } from '../../../domain/training/verification-words.ts';
import { printResult } from '../../shared/output.ts';
import { withWorker } from '../../shared/with-worker.ts';
import { reportActivities } from '../report-activities.ts';

export function verifySet() {
  return new Command('verify')
    .description('build a set again, as it was built, and compare the hashes; brings its own worker')
    .argument('<id>', 'id of the set, such as ts_0f3a5d1b2c4e')
    .option('--spine <file>', 'the spine that it was built from, where Asof keeps no copy')
    .option('--json', 'print the result as one JSON object')
    .addHelpText(
      'after',
      '\nThe exit code is 0 if the rows are the same, and 1 if they differ.\n\nExample:\n  npx asof training-set verify ts_0f3a5d1b2c4e',
    )
    .action(async (id, { spine, json }) => {
      await using asof = await connect();
      const onProgress = reportActivities(`training set ${id}`);
      const result = await withWorker((signal) => asof.verifyTrainingSet(id, { spine, signal, onProgress }));
      printResult(result, { json, text: verificationText(result) });
      if (!result.same) process.exitCode = 1;
    });
}

function verificationText(result: VerifyTrainingSetResult): string {
  const { id, same, rows, sha256, expected, differing, first } = result;
  if (same) return `${id}: the same ${rows} rows, SHA-256 ${sha256}`;
  return [
    `${id}: ${differing} of ${rows} rows differ: SHA-256 ${sha256}, expected ${expected}`,
    ...first.flatMap(differingRowInWords).map((line) => `  ${line}`),
    ...(differing > first.length ? [`  and ${differing - first.length} more rows`] : []),
  ].join('\n');
}
