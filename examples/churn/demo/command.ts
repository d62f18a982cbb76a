import { Command } from '@commander-js/extra-typings';
import { connect } from 'asof/client';
import { interruptSignal } from '../../../cli/shared/interrupt.ts';
import { wholeNumber } from '../../../cli/shared/parse.ts';
import { endDemo, startServers } from '../../shared/demo/servers.ts';
import { Stopwatch } from '../../shared/demo/stopwatch.ts';
import { checkUntil } from './events.ts';
import { runDemo } from './run-demo.ts';

export function demoCommand() {
  return new Command('demo')
    .description('everything from nothing, from servers to predictions; empties what an earlier demo left')
    .option('--events <file>', 'real events, one JSON object a line, instead of simulated ones')
    .option('--labels <file>', 'labels for the real events, as CSV; without them no model is trained on them')
    .option('--seed <n>', 'the same seed and time simulate the same events', wholeNumber, 42)
    .option('--until <time>', 'RFC 3339 time up to which events are simulated', new Date().toISOString())
    .option('--down', 'stop the servers at the end')
    .option('--force', 'also on servers that the environment names')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run demo\n  npm run demo -- --events events.ndjson --labels labels.csv --down',
    )
    .action(async ({ down, ...options }) => {
      checkUntil(options.until);
      const signal = interruptSignal();
      await using asof = await connect();
      asof.checkReset(options);
      const watch = new Stopwatch();
      await startServers(watch, signal);
      const summary = await runDemo(asof, watch, options, signal);
      await endDemo(down);
      process.stdout.write(`${JSON.stringify({ ...summary, seconds: watch.report })}\n`);
    });
}
