import { Command } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { printResult } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';

export function onlineCommand() {
  return new Command('online')
    .description('keep feature tables in the online store, where endpoints look features up')
    .addCommand(refreshCommand());
}

function refreshCommand() {
  return new Command('refresh')
    .description('publish what was committed since the last sync; brings its own worker')
    .argument('<table>', 'online table, such as user_activity_features')
    .option('--snapshot', 'write every key, not only those that changed')
    .option('--json', 'print what was published as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof online refresh user_activity_features')
    .action(async (table, { snapshot, json }) => {
      const mode = snapshot ? 'snapshot' : 'triggered';
      await using asof = await connect();
      const { last } = await withWorker((signal) => asof.online(table).refresh({ mode, signal }));
      const { published, sequence, publishedAt, keys, rows } = last!;
      const result = { table, published, sequence, publishedAt, keys, rows };
      const text = published
        ? `published ${keys} keys, ${rows} rows of ${table}, up to sequence ${sequence}`
        : `${table} is up to date: nothing was written since sequence ${sequence}`;
      printResult(result, { json, text });
    });
}
