import { Command } from '@commander-js/extra-typings';
import { type ImpactResult, connect } from '../../client/index.ts';
import { printResult, progress, table } from '../shared/output.ts';
import { wholeNumber } from '../shared/parse.ts';
import { withWorker } from '../shared/with-worker.ts';

export function impactCommand() {
  return new Command('impact')
    .description('what a correction touches: feature rows, training sets and models; brings its own worker')
    .argument('[table]', 'stream table whose late events a backfill would merge; nothing is changed')
    .option('--from <time>', 'with a table: RFC 3339 event time, included; without it from the first')
    .option('--to <time>', 'with a table: RFC 3339 event time, not included; without it to the last')
    .option('--write <sequence>', 'what one write changed')
    .option('--since <sequence>', 'what all writes after this one changed')
    .option(
      '--assess',
      'hold all training sets against what was written since the last time, and follow their rules',
    )
    .option('--listed <number>', 'how many changed rows of each table to list', wholeNumber, 20)
    .option('--json', 'print the result as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof impact user_activity_features --from 2026-02-01T00:00:00Z\n  npx asof impact --since 17\n  npx asof impact --assess',
    )
    .action(async (name, { from, to, write, since, assess, listed, json }, command) => {
      const asked = [name, write, since, assess].filter((one) => one !== undefined).length;
      if (asked !== 1 || (name === undefined && (from ?? to) !== undefined))
        return command.error(
          'error: say what to look at: a table (with --from and --to), --write, --since or --assess',
        );
      await using asof = await connect();
      const result = await withWorker((signal) => {
        if (name !== undefined) return asof.impact.ofLateEvents(name, { from, to, listed, signal });
        if (write !== undefined) return asof.impact.ofWrite(write, { listed, signal });
        if (since !== undefined) return asof.impact.since(since, { listed, signal });
        return asof.impact.assess({ signal });
      });
      for (const { id, why } of result.unread) progress(`training set ${id} was not looked at: ${why}`);
      printResult(result, { json, text: describe(result) });
    });
}

function describe({ question, merged, changed, trainingSets, outcomes }: ImpactResult): string {
  const rows = changed.flatMap(({ table: name, rows: count, created, removed, listed }) => [
    `${name}: ${count} rows${question?.kind === 'late' ? ' would be' : ''} changed, of which ${created} new and ${removed} gone`,
    ...listed.map(({ key, featureTs, change, features }) => {
      return `  ${key.join(', ')} at ${featureTs}: ${change}${features.length > 0 ? ` ${features.join(', ')}` : ''}`;
    }),
  ]);
  const sets = trainingSets.map(({ id, name, rows: count, of, models, rule }) => {
    return { id, name, rows: `${count} of ${of}`, models: models.join(', ') || '-', rule };
  });
  const done = outcomes.map(({ trainingSetId, rebuilt, trainings, note }) => {
    const what = rebuilt === null ? 'not built again' : `built again as ${rebuilt}`;
    return `${trainingSetId}: ${what}${trainings.map((id) => `, trains in ${id}`).join('')}${note === null ? '' : `; ${note}`}`;
  });
  return [
    ...(question?.kind === 'late' ? [`a backfill would merge ${merged} late events`] : []),
    ...rows,
    ...(sets.length === 0
      ? ['no training set is touched']
      : [table(sets, ['id', 'name', 'rows', 'models', 'rule'])]),
    ...done,
  ].join('\n');
}
