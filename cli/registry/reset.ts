import { Command } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult } from '../shared/output.ts';

export function resetCommand() {
  return new Command('reset')
    .description(
      'empty Asof: end its workflows and schedules, delete its topics, online keys and all of its tables',
    )
    .option('--yes', 'really do it')
    .option('--force', 'also on servers that the environment names')
    .option('--json', 'print what was emptied as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof reset --yes')
    .action(async ({ yes, force, json }) => {
      if (!yes) {
        throw new AsofError('ASOF_NOT_CONFIRMED', 'reset deletes all events and features; run it with --yes');
      }
      await using asof = await connect();
      const report = await asof.reset({ force });
      const { workflows, schedules, topics, keys } = report;
      const text =
        `ended ${workflows.length} workflows and ${schedules.length} schedules, ` +
        `deleted ${topics.length} topics, ${keys} online keys and all tables of Asof`;
      printResult(report, { json, text });
    });
}
