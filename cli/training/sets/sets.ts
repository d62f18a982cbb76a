import { Command } from '@commander-js/extra-typings';
import { connect } from '../../../client/index.ts';
import { printResult } from '../../shared/output.ts';
import { wholeNumber } from '../../shared/parse.ts';
import { diffText } from './diff-text.ts';
import { listText, showText } from './training-set-text.ts';

export function listSets() {
  return new Command('list')
    .description('the built training sets, the newest first')
    .argument('[name]', 'definition, such as churn; omitted: all')
    .option('--limit <count>', 'how many', wholeNumber, 50)
    .option('--json', 'print them as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof training-set list churn --limit 10')
    .action(async (name, { limit, json }) => {
      await using asof = await connect();
      const trainingSets = await asof.trainingSets.list({ name, limit });
      printResult({ trainingSets }, { json, text: listText(trainingSets) });
    });
}

export function showSet() {
  return new Command('show')
    .description('what a built training set was built from, and what its features are like')
    .argument('<id>', 'id of a training set, such as ts_43fc88f1bedf')
    .option('--json', 'print it as one JSON object, with the whole manifest')
    .addHelpText('after', '\nExample:\n  npx asof training-set show ts_43fc88f1bedf')
    .action(async (id, { json }) => {
      await using asof = await connect();
      const shown = await asof.trainingSets.show(id);
      printResult(shown, { json, text: showText(shown) });
    });
}

export function diffSets() {
  return new Command('diff')
    .description('what differs between two built training sets: definitions, rows, distributions')
    .argument('<a>', 'id of a training set')
    .argument('<b>', 'id of another')
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof training-set diff ts_43fc88f1bedf ts_0b6c7a1d2e3f')
    .action(async (a, b, { json }) => {
      await using asof = await connect();
      const diff = await asof.trainingSets.diff(a, b);
      printResult(diff, { json, text: diffText(diff) });
    });
}
