import { Argument, Command } from '@commander-js/extra-typings';
import { type PlannedRemoval, type RemovalReport, type RemovalSubject, connect } from '../../client/index.ts';
import { isConfirmed } from '../shared/ask.ts';
import { printResult, progress } from '../shared/output.ts';

const KINDS = {
  source: 'event_source',
  table: 'table',
  'stream-table': 'stream_table',
  'batch-table': 'batch_table',
  'external-table': 'external_table',
  'reference-table': 'reference_table',
  'online-table': 'online_table',
  'training-set': 'training_set',
  model: 'model',
  endpoint: 'endpoint',
} as const satisfies Record<string, RemovalSubject['kind']>;

const KIND_WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];

export function removeCommand() {
  return new Command('remove')
    .description('remove a definition with everything that Asof made for it; shows the list first')
    .addArgument(new Argument('<kind>', 'what it is; a table of any kind is a table').choices(KIND_WORDS))
    .argument('<name>', 'its name, such as user_activity_features')
    .option('--give-up <id...>', 'remove training sets that could not be built again without it, too')
    .option('--topic', 'of a source: delete its topic too, if Asof made it and no other source reads it')
    .option('--dry-run', 'show the list, and remove nothing')
    .option('--yes', 'do not ask; needed where standard input is not a terminal')
    .option('--json', 'print what was removed, or would be, as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof remove online-table user_activity_features\n  npx asof remove table user_activity_features --dry-run' +
        '\n  npx asof remove table transaction_features --give-up ts_0f3a5d1b2c4e --yes\n  npx asof remove source user-events --topic',
    )
    .action(async (word, name, { giveUp, topic, dryRun, yes, json }) => {
      await using asof = await connect();
      const subject = { kind: KINDS[word], name };
      if (dryRun) {
        const plan = await asof.planRemoval(subject, { giveUp, topic });
        return printResult(plan, { json, text: planText(plan) });
      }
      const report = await asof.remove(subject, {
        giveUp,
        topic,
        onStep: (done) => progress(`${word} ${name}: ${done}`),
        async confirm(plan) {
          progress(planText(plan));
          return yes || isConfirmed('Remove all this?', { undone: 'nothing was removed', command: 'remove' });
        },
      });
      printResult(report, { json, text: `removed ${word} ${name}: ${countsOf(report)}` });
    });
}

function planText({ kind, name, stays, ...plan }: PlannedRemoval): string {
  const goes = [
    ...plan.workflows.map((id) => `workflow ${id}`),
    ...plan.schedules.map((id) => `schedule ${id}`),
    ...plan.onlineKeys.map((pattern) => `online keys ${pattern}`),
    ...plan.relations.map(({ name: relation, rows, bytes }) =>
      rows === null ? `view ${relation}` : `table ${relation}: about ${rows} rows, ${inMebibytes(bytes!)}`,
    ),
    ...plan.topics.map((topic) => `Kafka topic ${topic}`),
    ...plan.modelVersions.map((version) => `model version ${version} in the registry of Asof`),
    ...plan.trainingSets.map((id) => `training set ${id}, which cannot be built again`),
    'its place in the registry; its versions stay readable for lineage',
  ];
  return [
    `asof remove ends and deletes of ${kind.replaceAll('_', ' ')} ${name}:`,
    ...goes.map((what) => `  - ${what}`),
    ...(stays.length > 0 ? ['and leaves:', ...stays.map(({ what, why }) => `  = ${what}: ${why}`)] : []),
  ].join('\n');
}

function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function countsOf({ relations, schedules, workflows, keys, topics, trainingSets }: RemovalReport): string {
  return (
    `${relations.length} relations, ${schedules.length} schedules, ${workflows.length} workflows, ${keys} online keys, ` +
    `${topics.length} topics, ${trainingSets.length} training sets`
  );
}
