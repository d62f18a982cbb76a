import { once } from 'node:events';
import { Command } from '@commander-js/extra-typings';
import { simulate } from '../../simulator/index.ts';
import { wholeNumber } from '../shared/parse.ts';

export function simulateCommand() {
  return new Command('simulate')
    .description(
      'write the events of a simulated storefront, one JSON object a line, in the order of arrival',
    )
    .option('--seed <n>', 'the same seed and time give the same bytes', wholeNumber, 42)
    .option('--until <time>', 'RFC 3339 time of the last event', new Date().toISOString())
    .option('--days <n>', 'days of history', wholeNumber)
    .option('--users <n>', 'customers', wholeNumber)
    .addHelpText(
      'after',
      '\nExample:\n  npx asof simulate --days 7 --users 100 | npx asof import - --source user-events',
    )
    .action(async (options) => {
      for (const { value } of simulate(options)) {
        if (!process.stdout.write(`${value}\n`)) await once(process.stdout, 'drain');
      }
    });
}
