import { Command, Option } from '@commander-js/extra-typings';
import { type Preview, preview } from '../../client/index.ts';
import { FORM_ADVICE } from '../../client/stream/import/file-form.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { listingProblems } from '../shared/list-problems.ts';
import { printResult, progress, table } from '../shared/output.ts';
import { wholeNumber } from '../shared/parse.ts';

export function previewCommand() {
  return new Command('preview')
    .description('compute the rows of a stream table from a file of events, without any server')
    .argument('<table>', 'stream table, such as user_activity_features')
    .requiredOption('--events <file>', "path of the file; '-' is standard input (not for Parquet)")
    .addOption(
      new Option('--format <format>', 'how the file is written, as import takes it')
        .choices(['ndjson', 'csv', 'parquet'])
        .default('ndjson' as const),
    )
    .option(
      '--at <time>',
      'RFC 3339 time: the newest row of each key that is visible then (default: all rows)',
    )
    .option('--rows <n>', 'rows to print, the newest', wholeNumber, 20)
    .option('--sort', 'put the lines in event-time order first (holds the file in memory)')
    .option(
      '--definitions <dir>',
      'folder of definition modules (default: ASOF_DEFINITIONS, or ./definitions)',
    )
    .option('--json', 'print rows and counts, or the problems of the definitions, as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof preview user_activity_features --events events.ndjson\n  npx asof preview user_activity_features --events events.ndjson --at 2026-03-01T10:00:00Z',
    )
    .action(async (name, { events, definitions, json, ...options }) => {
      const folder = definitions ?? definitionsFolder();
      const onWarning = (warning: string) => progress(`preview: ${warning}`);
      const result = await listingProblems(json, () =>
        preview(folder, name, events, { ...options, onWarning }),
      );
      report(result, options.format === undefined || options.format === 'ndjson' ? 'line' : 'row');
      printResult(result, { json, text: rowsText(result) });
      if (result.lines > result.blank && result.events + result.skipped === 0) process.exitCode = 1;
    });
}

function report(
  { lines, events, deadLetters, skipped, duplicates, late, ...found }: Preview,
  unit: 'line' | 'row',
): void {
  const say = (what: string): void => progress(`preview: ${what}`);
  say(
    `of ${lines} ${unit}s, ${events} are events (${duplicates} duplicates, ${late} late for a window), ${deadLetters} dead letters, ${skipped} skipped, ${found.blank} blank`,
  );
  for (const { line, detail } of found.firstRejections) say(`${unit} ${line}: ${detail}`);
  for (const [field, count] of Object.entries(found.invalidFields))
    say(`${field}: ${count} values do not fit and are null`);
  if (found.looksLike !== null) say(FORM_ADVICE[found.looksLike]);
}

function rowsText({ rows, rowCount, table: name }: Preview): string {
  const [first] = rows;
  if (!first) return `no rows of ${name}`;
  const total = rows.length < rowCount ? `\nthe newest ${rows.length} of ${rowCount} rows` : '';
  return table(rows, Object.keys(first)) + total;
}
