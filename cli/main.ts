import { Command } from '@commander-js/extra-typings';
import { batchCommand } from './batch/batch.ts';
import { writeTableCommand } from './batch/write-table.ts';
import { onlineCommand } from './online/online.ts';
import { serveCommand } from './online/serve.ts';
import { applyCommand } from './registry/apply.ts';
import { initCommand } from './registry/init.ts';
import { planCommand } from './registry/plan.ts';
import { removeCommand } from './registry/remove.ts';
import { resetCommand } from './registry/reset.ts';
import { retentionCommand } from './retention/retention.ts';
import { stackCommand } from './servers/stack.ts';
import { temporalCommand } from './servers/temporal.ts';
import { workerCommand } from './servers/worker.ts';
import { runProgram } from './shared/run-program.ts';
import { withVerbose } from './shared/verbose.ts';
import { backfillCommand } from './stream/backfill.ts';
import { deadLettersCommand } from './stream/dead-letters.ts';
import { importCommand } from './stream/import.ts';
import { previewCommand } from './stream/preview.ts';
import { simulateCommand } from './stream/simulate.ts';
import { sourceCommand } from './stream/source.ts';
import { streamCommand } from './stream/stream.ts';
import { explainCommand } from './training/explain.ts';
import { impactCommand } from './training/impact.ts';
import { lineageCommand } from './training/lineage.ts';
import { scoreCommand } from './training/score.ts';
import { trainingSetCommand } from './training/training-set.ts';

const program = new Command('asof')
  .description('Machine-learning features from Kafka events, correct as of any moment.')
  .enablePositionalOptions()
  .addCommand(initCommand())
  .addCommand(stackCommand())
  .addCommand(planCommand())
  .addCommand(applyCommand())
  .addCommand(removeCommand())
  .addCommand(resetCommand())
  .addCommand(sourceCommand())
  .addCommand(importCommand())
  .addCommand(previewCommand())
  .addCommand(simulateCommand())
  .addCommand(workerCommand())
  .addCommand(streamCommand())
  .addCommand(deadLettersCommand())
  .addCommand(writeTableCommand())
  .addCommand(backfillCommand())
  .addCommand(batchCommand())
  .addCommand(retentionCommand())
  .addCommand(trainingSetCommand())
  .addCommand(scoreCommand())
  .addCommand(onlineCommand())
  .addCommand(serveCommand())
  .addCommand(lineageCommand())
  .addCommand(explainCommand())
  .addCommand(impactCommand())
  .addCommand(temporalCommand());

await runProgram(
  withVerbose(program),
  'interrupted; what was committed stays, and the same command goes on from there',
);
