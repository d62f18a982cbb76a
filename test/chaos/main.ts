import { Command } from '@commander-js/extra-typings';
import { runProgram } from '../../cli/shared/run-program.ts';
import { withVerbose } from '../../cli/shared/verbose.ts';
import { lifeCommand } from './life/command.ts';
import { streamChaos } from './stream/command.ts';

// Chaos kills servers, so it runs on the tests' stack and not on the user's.
process.env.ASOF_STACK ??= 'test';

const program = new Command('chaos')
  .description('Kill workers and servers at random moments, and see whether it shows in what Asof wrote.')
  .usage('NAME [options]      (npm run chaos -- NAME [options])')
  .addCommand(streamChaos())
  .addCommand(lifeCommand())
  .action(() => program.outputHelp());

await runProgram(withVerbose(program));
