import { Command } from '@commander-js/extra-typings';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import { report } from '../measure/results.ts';
import { compareWindows } from './compare.ts';
import { tailResults } from './report.ts';

const EXAMPLES = `
Examples:
  npm run bench tails                                   100,000 payments, each table three times
  npm run bench tails -- --cards 100 --rounds 1         a tenth of the payments, once`;

export function tailsBenchmark() {
  return new Command('tails')
    .description('the time of a table of 30 days every 5 minutes, beside that of one hour')
    .option(
      '--cards <n>',
      'cards of the fraud example; each makes some 110 payments in 60 days',
      wholeNumber,
      920,
    )
    .option('--seed <n>', 'the same seed gives the same payments', wholeNumber, 1)
    .option('--rounds <n>', 'how often each table is made', wholeNumber, 3)
    .option('--max-records <n>', 'records of a micro-batch, at most', wholeNumber, 10_000)
    .option('--json', 'print the figures as one JSON object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...shape }) => {
      report(tailResults(await compareWindows(shape, progress, interruptSignal())), json);
    });
}
