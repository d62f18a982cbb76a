import { Command } from '@commander-js/extra-typings';
import { applyCommand } from './apply.ts';
import { backfillCommand } from './backfill.ts';
import { batchCommand } from './batch.ts';
import { deadLettersCommand } from './dead-letters.ts';
import { demoCommand } from './demo/index.ts';
import { importCommand } from './import.ts';
import { lineageCommand } from './lineage.ts';
import { onlineCommand } from './online.ts';
import { resetCommand } from './reset.ts';
import { retentionCommand } from './retention.ts';
import { runProgram } from './run-program.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { stackCommand } from './stack.ts';
import { streamCommand } from './stream.ts';
import { temporalCommand } from './temporal.ts';
import { trainingSetCommand } from './training-set.ts';
import { workerCommand } from './worker.ts';
import { writeTableCommand } from './write-table.ts';

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
  .addCommand(deadLettersCommand())
  .addCommand(writeTableCommand())
  .addCommand(backfillCommand())
  .addCommand(batchCommand())
  .addCommand(retentionCommand())
  .addCommand(trainingSetCommand())
  .addCommand(onlineCommand())
  .addCommand(serveCommand())
  .addCommand(lineageCommand())
  .addCommand(temporalCommand());

await runProgram(program, 'interrupted; what was committed stays, and the same command goes on from there');
