import { Command } from '@commander-js/extra-typings';
import { runProgram } from '../cli/shared/run-program.ts';
import { withVerbose } from '../cli/shared/verbose.ts';
import { streamBenchmark } from './stream/command.ts';

const program = new Command('bench')
  .description(
    'Measure Asof beside its rivals, in one run on this machine; the servers are started if need be.',
  )
  .usage('NAME [options]      (npm run bench NAME -- [options])')
  .addCommand(streamBenchmark())
  .action(() => program.outputHelp());

await runProgram(withVerbose(program));
