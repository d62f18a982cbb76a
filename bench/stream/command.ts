import { Command } from '@commander-js/extra-typings';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { progress } from '../../cli/shared/output.ts';
import { wholeNumber } from '../../cli/shared/parse.ts';
import { report } from '../measure/results.ts';
import { compare } from './compare.ts';
import { comparisonResults } from './report-comparison.ts';
import { slope } from './slope.ts';

const FULL = { events: 1_000_000, slopeEvents: 3_000_000, rounds: 3, latencyEvents: 200 };
const QUICK = { events: 100_000, slopeEvents: 300_000, rounds: 1, latencyEvents: 40 };

const EXAMPLES = `
Examples:
  npm run bench stream                                  all of it: about ten minutes
  npm run bench stream -- --quick                       the same on a tenth of the events, one round
  npm run bench stream -- --slope                       time per micro-batch and memory over 3,000,000 events
  npm run bench stream -- --events 500000 --rounds 1 --json`;

export function streamBenchmark() {
  return new Command('stream')
    .description('events/s, memory and latency of the stream, beside Spark Structured Streaming')
    .option('--events <n>', 'events in the topic (1,000,000; 3,000,000 with --slope)', wholeNumber)
    .option('--users <n>', 'users among them', wholeNumber, 20_000)
    .option('--seed <n>', 'the same seed gives the same events', wholeNumber, 1)
    .option('--rounds <n>', 'how often each side runs (3)', wholeNumber)
    .option('--trigger <duration>', "Asof's trigger while latency is measured", '0 seconds')
    .option('--slope', 'measure instead whether time per micro-batch and memory grow with the stream')
    .option('--quick', 'a tenth of the events, one round')
    .option('--json', 'print the figures as one JSON object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ users, seed, trigger, quick, json, ...given }) => {
      const size = quick ? QUICK : FULL;
      const signal = interruptSignal();
      if (given.slope) {
        const events = given.events ?? size.slopeEvents;
        return report(await slope({ events, users, seed }, progress, signal), json);
      }
      const trickle = { events: size.latencyEvents, warmUp: 20, gapMs: 250 };
      const options = { events: given.events ?? size.events, rounds: given.rounds ?? size.rounds };
      const comparison = await compare({ ...options, users, seed, trigger, trickle }, progress, signal);
      report(comparisonResults(comparison), json);
    });
}
