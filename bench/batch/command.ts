import { Command } from '@commander-js/extra-typings';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import { report } from '../measure/results.ts';
import { compareHistories } from './compare.ts';

const EXAMPLES = `
Examples:
  npm run bench batch                       a day after 100 days and after 10: about five minutes
  npm run bench batch -- --users 2000       the same with fewer users, who do as much each`;

export function batchBenchmark() {
  return new Command('batch')
    .description('a day of batch features over a long history and over a short one')
    .option('--users <n>', 'users, each of whom does something nearly every day', wholeNumber, 5_000)
    .option('--events <n>', 'events a day for each user', wholeNumber, 4)
    .option('--short <days>', 'days of the short history', wholeNumber, 10)
    .option('--long <days>', 'days of the long history', wholeNumber, 100)
    .option('--days <n>', 'days that are then computed on either side, in turns', wholeNumber, 4)
    .option('--json', 'print the figures as one JSON object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...shape }) => {
      report(await compareHistories(shape, progress, interruptSignal()), json);
    });
}
