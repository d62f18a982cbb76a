import { Command } from '@commander-js/extra-typings';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import { report } from '../measure/results.ts';
import { compareSets } from './compare.ts';
import { setResults } from './report.ts';

const EXAMPLES = `
Examples:
  npm run bench training-set                 a million rows, and a tenth of them, which Feast joins too
  npm run bench training-set -- --no-feast   the same without Feast: about three minutes
  npm run bench training-set -- --rows 100000 --few 10000 --rounds 1`;

export function trainingSetBenchmark() {
  return new Command('training-set')
    .description('a training set of a million rows and three tables, beside DuckDB and Feast')
    .option('--rows <n>', 'rows of the large spine', wholeNumber, 1_000_000)
    .option('--few <n>', 'rows of the small spine', wholeNumber, 100_000)
    .option('--rounds <n>', 'how often each side joins, in turns', wholeNumber, 3)
    .option('--no-feast', 'leave Feast out, which joins the small spine only')
    .option('--json', 'print the figures as one JSON object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...shape }) => {
      report(setResults(await compareSets(shape, progress, interruptSignal())), json);
    });
}
