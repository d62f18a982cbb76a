import { Command } from '@commander-js/extra-typings';
import { wasInterrupted } from '../cli/interrupt.ts';
import { describeError, progress } from '../cli/output.ts';
import { streamBenchmark } from './stream/command.ts';

const program = new Command('bench')
  .description(
    'Measure Asof beside its rivals, in one run on this machine; the servers are started if need be.',
  )
  .usage('NAME [options]      (npm run bench NAME -- [options])')
  .addCommand(streamBenchmark())
  .action(() => program.outputHelp());

try {
  await program.parseAsync();
} catch (error) {
  progress(wasInterrupted() ? 'bench: interrupted' : `bench: ${describeError(error)}`);
  process.exitCode = wasInterrupted() ? 130 : 1;
}
