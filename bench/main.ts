import { Command } from '@commander-js/extra-typings';
import { runProgram } from '../cli/shared/run-program.ts';
import { withVerbose } from '../cli/shared/verbose.ts';
import { batchBenchmark } from './batch/command.ts';
import { spineBenchmark } from './spine/command.ts';
import { streamBenchmark } from './stream/command.ts';
import { tailsBenchmark } from './tails/command.ts';
import { trainingSetBenchmark } from './training-set/command.ts';
import { wideBenchmark } from './wide/command.ts';

const program = new Command('bench')
  .description(
    'Measure Asof beside its rivals, in one run on this machine; the servers are started if need be.',
  )
  .usage('NAME [options]      (npm run bench NAME -- [options])')
  .addCommand(batchBenchmark())
  .addCommand(spineBenchmark())
  .addCommand(streamBenchmark())
  .addCommand(tailsBenchmark())
  .addCommand(trainingSetBenchmark())
  .addCommand(wideBenchmark())
  .action(() => program.outputHelp());

await runProgram(withVerbose(program));
