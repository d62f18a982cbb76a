import { Command } from '@commander-js/extra-typings';
import { type ImportResult, connect } from '../../client/index.ts';
import { FORM_ADVICE } from '../../client/stream/import/file-form.ts';
import { interruptSignal, interruptedWith } from '../shared/interrupt.ts';
import { printResult, progress } from '../shared/output.ts';
import { reportSent } from './report-sent.ts';

export function importCommand() {
  return new Command('import')
    .description("send a file of events, one JSON object a line, to a source's topic; bytes go as they are")
    .argument('<file>', "path of an NDJSON file; '-' is standard input")
    .requiredOption('--source <source>', 'event source, such as user-events')
    .option('--sort', 'put the lines in event-time order first (holds the file in memory)')
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof import events.ndjson --source user-events\n  zcat events.ndjson.gz | npx asof import - --source user-events',
    )
    .action(async (file, { source, sort, json }) => {
      const signal = interruptSignal();
      await using asof = await connect();
      const result = await asof.stream(source).import(file, {
        sort,
        signal,
        onWarning: (warning) => progress(`import: ${warning}`),
        onProgress: reportSent('import'),
      });
      for (const { line, detail } of result.firstRejections) progress(`import: line ${line}: ${detail}`);
      printResult(result, { json, text: importText(source, result) });
      process.exitCode = interruptedWith() ?? (hasNoEvents(result) ? 1 : undefined);
    });
}

function importText(
  source: string,
  { lines, sent, blank, events, skipped, wouldBeLate, looksLike }: ImportResult,
): string {
  const what = hasNoEvents({ sent, events, skipped })
    ? `0 of ${lines} lines are events${looksLike === null ? '' : `; ${FORM_ADVICE[looksLike]}`}`
    : `${events} are events, ${skipped} not for the source, ${sent - events - skipped} will be dead letters`;
  return `sent ${sent} of ${lines} lines to ${source} (${blank} blank, ${wouldBeLate} late for a window): ${what}`;
}

/** Whether the file is something else than events of the source. */
function hasNoEvents({ sent, events, skipped }: Pick<ImportResult, 'sent' | 'events' | 'skipped'>): boolean {
  return sent > 0 && events + skipped === 0;
}
