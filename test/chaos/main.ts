import { Command } from '@commander-js/extra-typings';
import { runProgram } from '../../cli/shared/run-program.ts';
import { streamChaos } from './stream/command.ts';

// Servers are killed here: those of the tests' stack, not the user's.
process.env.ASOF_STACK ??= 'test';

const program = new Command('chaos')
  .description('Kill workers and servers at random moments, and see whether it shows in what Asof wrote.')
  .usage('NAME [options]      (npm run chaos -- NAME [options])')
  .addCommand(streamChaos())
  .action(() => program.outputHelp());

await runProgram(program);
