import { Command } from '@commander-js/extra-typings';
import { type ResetPlan, connect } from '../../client/index.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult, progress } from '../shared/output.ts';

export function resetCommand() {
  return new Command('reset')
    .description(
      'end and delete what Asof made: its workflows, schedules, topics, online keys and tables; shows the list first',
    )
    .option('--yes', 'really do it')
    .option('--force', 'also on servers that the environment names')
    .option('--json', 'print what was emptied as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof reset --yes')
    .action(async ({ yes, force, json }) => {
      await using asof = await connect();
      // Without --yes it only shows the list, which harms no server.
      const report = await asof.reset({
        force: force || !yes,
        confirm(plan) {
          progress(listOf(plan));
          if (yes) return true;
          throw new AsofError(
            'ASOF_NOT_CONFIRMED',
            'reset deletes this, with all events and features; run it with --yes',
          );
        },
      });
      const { workflows, schedules, topics, keys } = report;
      const text =
        `ended ${workflows.length} workflows and ${schedules.length} schedules, ` +
        `deleted ${topics.length} topics, ${keys} online keys and all tables of Asof`;
      printResult(report, { json, text });
    });
}

function listOf({ namespace, workflows, schedules, topics, relations, roles, stays }: ResetPlan): string {
  const goes = [
    ...workflows.map((id) => `workflow ${id}`),
    ...schedules.map((id) => `schedule ${id}`),
    ...topics.map((name) => `Kafka topic ${name}`),
    `online keys ${namespace}:online:*`,
    ...relations.map((name) => `table ${name}`),
    ...roles.map((name) => `role ${name} of Postgres`),
    'the schema asof, with the registry',
  ];
  return [
    'asof reset ends and deletes:',
    ...goes.map((what) => `  - ${what}`),
    ...(stays.length > 0 ? ['and leaves:', ...stays.map(({ what, why }) => `  = ${what}: ${why}`)] : []),
  ].join('\n');
}
