import { Command, Option } from '@commander-js/extra-typings';
import { type ImportResult, connect } from '../../client/index.ts';
import { FORM_ADVICE } from '../../client/stream/import/file-form.ts';
import { interruptSignal, interruptedWith } from '../shared/interrupt.ts';
import { printResult, progress } from '../shared/output.ts';
import { reportSent } from './report-sent.ts';

export function importCommand() {
  return new Command('import')
    .description(
      "send a file of events to a source's topic: one JSON object a line, whose bytes go as they are; or the rows of a table",
    )
    .argument('<file>', "path of the file; '-' is standard input (not for Parquet)")
    .requiredOption('--source <source>', 'event source, such as user-events')
    .addOption(
      new Option(
        '--format <format>',
        'how the file is written; a row of a table is an event, a column a member',
      )
        .choices(['ndjson', 'csv', 'parquet'])
        .default('ndjson' as const),
    )
    .option('--sort', 'put the lines in event-time order first (holds the file in memory)')
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof import events.ndjson --source user-events\n  zcat events.ndjson.gz | npx asof import - --source user-events\n  npx asof import events.parquet --source user-events --format parquet',
    )
    .action(async (file, { source, format, sort, json }) => {
      const signal = interruptSignal();
      await using asof = await connect();
      const result = await asof.stream(source).import(file, {
        format,
        sort,
        signal,
        onWarning: (warning) => progress(`import: ${warning}`),
        onProgress: reportSent('import'),
      });
      const unit = format === 'ndjson' ? 'line' : 'row';
      for (const { line, detail } of result.firstRejections) progress(`import: ${unit} ${line}: ${detail}`);
      printResult(result, { json, text: importText(source, unit, result) });
      process.exitCode = interruptedWith() ?? (hasNoEvents(result) ? 1 : undefined);
    });
}

function importText(
  source: string,
  unit: 'line' | 'row',
  { lines, sent, blank, events, skipped, deadLetters, wouldBeLate, looksLike }: ImportResult,
): string {
  const what = hasNoEvents({ sent, events, skipped })
    ? `0 of ${lines} ${unit}s are events${looksLike === null ? '' : `; ${FORM_ADVICE[looksLike]}`}`
    : `${events} are events, ${skipped} not for the source, ${deadLetters} will be dead letters`;
  return `sent ${sent} of ${lines} ${unit}s to ${source} (${blank} blank, ${wouldBeLate} late for a window): ${what}`;
}

/** Whether the file is something else than events of the source. */
function hasNoEvents({ sent, events, skipped }: Pick<ImportResult, 'sent' | 'events' | 'skipped'>): boolean {
  return sent > 0 && events + skipped === 0;
}
