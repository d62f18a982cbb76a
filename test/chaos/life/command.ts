import { Command, Option } from '@commander-js/extra-typings';
import { interruptSignal } from '../../../cli/shared/interrupt.ts';
import { printResult, progress, table } from '../../../cli/shared/output.ts';
import { wholeNumber } from '../../../cli/shared/parse.ts';
import { stackUp } from '../../../stack/index.ts';
import { lifeBugs } from '../../support/faults/planted-bugs.ts';
import { failureLines } from '../failed-round.ts';
import { type LifeFigures, lifeChaos } from './chaos.ts';

const EXAMPLES = `
Each round is the churn example with random events, in a database and topic of its own, with two workers, the process
that trains, and a server of endpoints. It goes through its whole life: a stream, batch tables, a training set, a model,
more events, publication, answers. In each step one fault strikes: a process is killed, stopped or paused, connections
are cut, a server is killed as by a power cut and started again, or the disk of Postgres is full for a while. After each
step, what was made must be what the oracle computes from the topic; the model must be registered once, with its lineage;
no answer may ever be wrong, though it may be refused; and at the end no process, transaction, claim or temporary file
may be left. The first round in which this does not hold ends the run, with exit code 1 and the command that runs it
again. A seed fixes everything but the times of the events, which end near now, and what a fault hits.
With a bug put in by --plant it is the other way round: exit code 0 where it was found, 1 where it was not.
The stack is the tests' (ASOF_STACK, 'test' unless set); it is started if need be.

Examples:
  npm run chaos -- life                                 20 rounds: about half an hour
  npm run chaos -- life --rounds 2                      the same for the impatient
  npm run chaos -- life --seed 7 --round 3              the third round of seed 7 again
  npm run chaos -- life --plant open-windows            with a bug put in, to see that it is found`;

export function lifeCommand() {
  return new Command('life')
    .description('lead projects through their whole life while faults strike, and hold it against the oracle')
    .option('--rounds <n>', 'how many lives', wholeNumber, 20)
    .option('--seed <n>', 'the same seed gives the same lives and faults (random)', wholeNumber)
    .option('--round <n>', 'run only this one of the rounds', wholeNumber)
    .addOption(new Option('--plant <bug>', 'give the processes a bug').choices(lifeBugs))
    .option('--json', 'print the result as JSON instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, seed = 1 + (Date.now() % 1_000_000), ...options }) => {
      const signal = interruptSignal();
      await stackUp({ progress, signal });
      progress(`seed ${seed}`);
      const figures = await lifeChaos({ ...options, seed }, progress, signal);
      printResult(figures, { json, text: report(figures) });
      if (!figures.verdict.passed) process.exitCode = 1;
    });
}

function report({ options, rounds, struck, seconds, failure, verdict }: LifeFigures): string {
  const faults = Object.entries(struck).map(([fault, times]) => ({ fault, times }));
  return [
    table(faults, ['fault', 'times']),
    '',
    `${rounds} rounds, ${seconds} s, seed ${options.seed}`,
    ...(failure ? failureLines(failure) : []),
    verdict.text,
  ].join('\n');
}
