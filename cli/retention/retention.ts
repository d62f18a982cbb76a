import { Command } from '@commander-js/extra-typings';
import { type RetentionResult, type RetentionStatus, connect } from '../../client/index.ts';
import { printResult, progress } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';

export function retentionCommand() {
  return new Command('retention')
    .description('remove what is older than the definitions say')
    .addCommand(runCommand());
}

function runCommand() {
  return new Command('run')
    .description('remove it now, as the daily schedule does; brings its own worker')
    .option('--dry-run', 'remove nothing, and say what would be removed')
    .option('--json', 'print what was removed as one JSON object')
    .addHelpText(
      'after',
      '\nRun again after a stop, it goes on where it was.\n\nExamples:\n  npx asof retention run --dry-run\n  npx asof retention run',
    )
    .action(async ({ dryRun = false, json }) => {
      await using asof = await connect();
      const options = { dryRun, onProgress: reportRetention() };
      const result = await withWorker((signal) => asof.retention.run({ ...options, signal }));
      printResult(result, { json, text: describe(result) });
    });
}

function describe({ removals, dryRun }: RetentionResult): string {
  if (removals.length === 0) return 'no definition has a retention: everything is kept forever';
  return removals
    .map(({ retained, name, before, removed, held }) => {
      const stays = held ? `; ${held.rows} stay: ${held.why}` : '';
      return `${retained} of ${name} before ${before}: ${removed} ${dryRun ? 'would be removed' : 'removed'}${stays}`;
    })
    .join('\n');
}

/** Reports the progress of a retention run, once for each change. */
function reportRetention(): (status: RetentionStatus) => void {
  let last = '';
  return ({ removals, current }) => {
    if (!current) return;
    const line = `retention: ${current.retained} of ${current.name}, ${removals.at(-1)!.removed} removed`;
    if (line !== last) progress(line);
    last = line;
  };
}
