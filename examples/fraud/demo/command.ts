import { Command } from '@commander-js/extra-typings';
import { connect } from 'asof/client';
import { interruptSignal } from '../../../cli/shared/interrupt.ts';
import { wholeNumber } from '../../../cli/shared/parse.ts';
import { endDemo, startServers } from '../../shared/demo/servers.ts';
import { Stopwatch } from '../../shared/demo/stopwatch.ts';
import { runDemo } from './run-demo.ts';

export function demoCommand() {
  return new Command('demo:fraud')
    .description('card-payment fraud, from servers to predictions; empties what an earlier demo left')
    .option('--seed <n>', 'the same seed and time simulate the same payments', wholeNumber, 42)
    .option('--until <time>', 'time up to which payments are simulated', new Date().toISOString())
    .option('--down', 'stop the servers at the end')
    .option('--force', 'also on servers that the environment names')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run demo:fraud\n  npm run demo:fraud -- --seed 7 --until 2026-06-01T00:00:00Z --down',
    )
    .action(async ({ down, ...options }) => {
      const signal = interruptSignal();
      await using asof = await connect();
      asof.checkReset(options);
      const watch = new Stopwatch();
      await startServers(watch, signal);
      const summary = await runDemo(asof, watch, options);
      await endDemo(down);
      process.stdout.write(`${JSON.stringify({ ...summary, seconds: watch.report })}\n`);
    });
}
