import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { printResult } from '../shared/output.ts';
import { lookupText, rowText } from './explanation-text.ts';

const ROW = 'number of the row, from 0';
const KEY = 'name and value, such as user_id=u_1; repeat it for each part of the key';
const EVENTS = 'how many raw events to list for each row';

export function explainCommand() {
  return new Command('explain')
    .description('why a value is what it is, down to the raw events that it was made from')
    .addCommand(trainingSetCommand())
    .addCommand(lookupCommand());
}

function trainingSetCommand() {
  return new Command('training-set')
    .description('which feature rows a row of a built training set took, and which it passed over')
    .argument('<id>', 'id of the set, such as ts_0f3a5d1b2c4e')
    .option('--row <number>', ROW, fromZero)
    .option('--key <name=value>', KEY, addKey)
    .option('--at <time>', 'RFC 3339 observation timestamp of the row, with --key')
    .option('--events <number>', EVENTS, fromZero, 20)
    .option('--json', 'print the explanation as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof explain training-set ts_0f3a5d1b2c4e --row 17\n  npx asof explain training-set ts_0f3a5d1b2c4e --key user_id=u_1 --at 2026-03-01T12:00:00Z',
    )
    .action(async (id, { row, key, at, events, json }, command) => {
      const wanted = row !== undefined ? { row } : key && at !== undefined ? { key, at } : undefined;
      if (wanted === undefined || (row !== undefined && (key ?? at) !== undefined))
        return command.error(
          'error: say which row: either --row <number>, or --key <name=value> and --at <time>',
        );
      await using asof = await connect();
      const explanation = await asof.explain.trainingSet(id, { ...wanted, events });
      printResult(explanation, { json, text: rowText(explanation) });
    });
}

function lookupCommand() {
  return new Command('lookup')
    .description('which row a look-up in a feature table takes for a key as of a moment')
    .argument('<table>', 'feature table, such as user_activity_features')
    .requiredOption('--key <name=value>', KEY, addKey)
    .requiredOption('--at <time>', 'RFC 3339 observation timestamp')
    .option('--lookback <duration>', "how old a row may be, such as '24 hours'; without it of any age")
    .addOption(
      new Option('--as <way>', 'values: as corrected by now, as known as of the moment, or as served then')
        .choices(['latest', 'as-known', 'as-served'] as const)
        .default('latest' as const),
    )
    .option('--cut <sequence>', 'sequence of the last write that counts; without it all of them')
    .option('--events <number>', EVENTS, fromZero, 20)
    .option('--json', 'print the explanation as one JSON object')
    .addHelpText(
      'after',
      "\nExample:\n  npx asof explain lookup user_activity_features --key user_id=u_1 --at 2026-03-01T12:00:00Z --lookback '24 hours'",
    )
    .action(async (table, { json, ...options }) => {
      await using asof = await connect();
      const explanation = await asof.explain.lookup(table, options);
      printResult(explanation, { json, text: lookupText(explanation) });
    });
}

/** @throws InvalidArgumentError for anything but a name, an equals sign and a value. */
function addKey(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected a name and a value, such as user_id=u_1');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** @throws InvalidArgumentError for anything but a whole number of at least 0. */
function fromZero(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('expected a whole number, 0 or more');
  return value;
}
