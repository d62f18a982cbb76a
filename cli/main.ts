import { Command } from '@commander-js/extra-typings';
import { applyCommand } from './apply.ts';
import { demoCommand } from './demo/index.ts';
import { importCommand } from './import.ts';
import { describeError, progress } from './output.ts';
import { resetCommand } from './reset.ts';
import { simulateCommand } from './simulate.ts';
import { stackCommand } from './stack.ts';
import { streamCommand } from './stream.ts';
import { temporalCommand } from './temporal.ts';
import { workerCommand } from './worker.ts';

const program = new Command('asof')
  .description('Machine-learning features from Kafka events, correct as of any moment.')
  .enablePositionalOptions()
  .addCommand(demoCommand())
  .addCommand(stackCommand())
  .addCommand(applyCommand())
  .addCommand(resetCommand())
  .addCommand(importCommand())
  .addCommand(simulateCommand())
  .addCommand(workerCommand())
  .addCommand(streamCommand())
  .addCommand(temporalCommand());

try {
  await program.parseAsync();
} catch (error) {
  progress(`asof: ${describeError(error)}`);
  process.exitCode = 1;
}
