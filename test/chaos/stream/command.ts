import { Command, Option } from '@commander-js/extra-typings';
import { interruptSignal } from '../../../cli/shared/interrupt.ts';
import { printResult, progress } from '../../../cli/shared/output.ts';
import { wholeNumber } from '../../../cli/shared/parse.ts';
import { stackUp } from '../../../stack/index.ts';
import { plantedBugs } from '../../support/faults/planted-bugs.ts';
import { chaos } from './chaos.ts';
import { chaosFigures, chaosReport } from './report.ts';

const EXAMPLES = `
Each round is a new stream (partitions, shards, maxRecords, trigger, late and deduplicate at random) in a database and
topic of its own, with two workers that die at random named points, and one server, by turns, that is killed in
mid-stream. Then the ledger must be clean, and raw events, dead letters, late events and window rows those of the
oracle. The first round in which they are not ends the run, with exit code 1 and the command that runs it again.
With a bug put in by --plant it is the other way round: exit code 0 where it was found, 1 where it was not.
The stack is the tests' (ASOF_STACK, 'test' unless set); it is started if need be.

Examples:
  npm run chaos -- stream                                  200 kills in 20 rounds: about half an hour
  npm run chaos -- stream --kills 20 --rounds 2            the same for the impatient
  npm run chaos -- stream --seed 7 --round 3               the third round of seed 7 again
  npm run chaos -- stream --plant lost-update              with a bug put in, to see that it is found
  npm run chaos -- stream --json > chaos.json`;

export function streamChaos() {
  return new Command('stream')
    .description(
      'kill workers at named points and servers in mid-stream, and hold the outcome against the oracle',
    )
    .option('--kills <n>', 'how many workers die, over all rounds', wholeNumber, 200)
    .option('--rounds <n>', 'how many streams', wholeNumber, 20)
    .option(
      '--seed <n>',
      'the same seed gives the same streams, records and kill points (random)',
      wholeNumber,
    )
    .option('--round <n>', 'run only this one of the rounds', wholeNumber)
    .addOption(new Option('--plant <bug>', 'give the workers a bug').choices(plantedBugs))
    .option('--json', 'print the result as JSON instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, seed = 1 + (Date.now() % 1_000_000), ...options }) => {
      const signal = interruptSignal();
      await stackUp({ progress, signal });
      const figures = chaosFigures(await chaos({ ...options, seed }, progress, signal));
      printResult(figures, { json, text: chaosReport(figures) });
      if (!figures.verdict.passed) process.exitCode = 1;
    });
}
