import { Command, Option } from '@commander-js/extra-typings';
import { type StreamBeginning, type StreamCheck, connect } from '../../client/index.ts';
import { printResult, progress, table } from '../shared/output.ts';
import { wholeNumber } from '../shared/parse.ts';
import { withWorker } from '../shared/with-worker.ts';
import { beginningWarnings } from './beginning-warnings.ts';
import { fieldsText } from './fields-text.ts';
import { reportStream } from './report-stream.ts';

export function streamCommand() {
  return new Command('stream')
    .description('read event sources into features')
    .addCommand(runCommand())
    .addCommand(checkCommand())
    .addCommand(fieldsCommand());
}

function runCommand() {
  return new Command('run')
    .description('read a source to the head that its topic has now; brings its own worker')
    .argument('<source>', 'event source, such as user-events')
    .requiredOption(
      '--until-caught-up',
      'stop at the head; a stream that goes on is started with the Temporal CLI',
    )
    .addOption(
      new Option('--from <where>', 'where a source that was never read begins')
        .choices(['earliest', 'latest'] as const)
        .default('latest' as const),
    )
    .option('--shards <n>', 'activities that read side by side', wholeNumber, 1)
    .option('--json', 'print the check of the ledger, and where the stream began, as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof stream run user-events --until-caught-up --from earliest')
    .action(async (source, { from, shards, json }, command) => {
      await using asof = await connect();
      const stream = asof.stream(source);
      const options = { from, shards, onProgress: reportStream(source) };
      const beginning = await withWorker((signal) => stream.readToHead({ ...options, signal }));
      const asked = command.getOptionValueSource('from') === 'cli' ? from : undefined;
      for (const warning of beginningWarnings(beginning, asked)) progress(`stream ${source}: ${warning}`);
      printCheck(await stream.check(), json, beginning);
    });
}

function checkCommand() {
  return new Command('check')
    .description('hold the offset ledger against the tables and Kafka; exit code 0 if clean, else 1')
    .argument('<source>', 'event source, such as user-events')
    .option('--json', 'print the check as one JSON object')
    .action(async (source, { json }) => {
      await using asof = await connect();
      printCheck(await asof.stream(source).check(), json);
    });
}

function fieldsCommand() {
  return new Command('fields')
    .description('the fields that a source gained after it had been read, and from when on each is complete')
    .argument('<source>', 'event source, such as user-events')
    .option('--json', 'print them as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof stream fields user-events')
    .action(async (source, { json }) => {
      await using asof = await connect();
      const found = await asof.stream(source).fields();
      printResult(found, { json, text: fieldsText(found) });
    });
}

function printCheck(check: StreamCheck, json: boolean | undefined, beginning?: StreamBeginning): void {
  const { source, clean, partitions, violations } = check;
  const columns = [
    'partition',
    'fromOffset',
    'toOffset',
    'raw',
    'duplicates',
    'deadLetters',
    'skipped',
    'filtered',
    'tombstones',
    'emptyLists',
    'extraPlaces',
    'lost',
    'expired',
    'late',
    'lag',
  ] as const;
  const isRead = partitions.length > 0;
  const verdict = clean
    ? `the ledger of ${source} is clean${isRead ? '' : ': nothing has been read yet'}`
    : `the ledger of ${source} has ${violations.length} violations`;
  const found = violations.map(
    ({ kind, partition, detail }) => `✖ ${kind}, partition ${partition}: ${detail}`,
  );
  printResult(
    { ...check, ...beginning },
    { json, text: [table(partitions, columns), ...found, verdict].join('\n') },
  );
  if (!clean) process.exitCode = 1;
}
