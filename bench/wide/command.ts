import { Command } from '@commander-js/extra-typings';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import { report } from '../measure/results.ts';
import { wide } from './wide.ts';

const EXAMPLES = `
Examples:
  npm run bench wide                                    400 features of 5,000 users: some minutes
  npm run bench wide -- --users 9000 --json`;

export function wideBenchmark() {
  return new Command('wide')
    .description('memory and heartbeats of a worker that writes a table of many features and windows')
    .option('--users <n>', 'users, each with one event', wholeNumber, 5_000)
    .option('--features <n>', 'features of the table', wholeNumber, 400)
    .option('--json', 'print the figures as one JSON object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ users, features, json }) => {
      report(await wide({ users, features }, progress, interruptSignal()), json);
    });
}
