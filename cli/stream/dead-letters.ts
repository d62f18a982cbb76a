import { Command } from '@commander-js/extra-typings';
import { type DeadLetterList, type ReplayResult, connect } from '../../client/index.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import { printResult, progress, table } from '../shared/output.ts';
import { wholeNumber } from '../shared/parse.ts';

export function deadLettersCommand() {
  return new Command('dead-letters')
    .description('records that are no events')
    .addCommand(listCommand())
    .addCommand(replayCommand());
}

function listCommand() {
  return new Command('list')
    .description('how many there are by reason, and the newest of them')
    .argument('<source>', 'event source, such as user-events')
    .option('--reason <reason>', 'only those of one reason, such as missing_field')
    .option('--limit <n>', 'how many to show', wholeNumber, 20)
    .option('--json', 'print them as one JSON object')
    .action(async (source, { reason, limit, json }) => {
      await using asof = await connect();
      const list = await asof.stream(source).deadLetters.list({ reason, limit });
      printResult(list, { json, text: listText(list) });
    });
}

function replayCommand() {
  return new Command('replay')
    .description('decode them again after the schema was corrected and applied; events go where events go')
    .argument('<source>', 'event source, such as user-events')
    .option('--reason <reason>', 'only those of one reason, such as ahead_of_kafka_time')
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nSafe beside the running stream, and to run again at any time.\n\nExample:\n  npx asof dead-letters replay user-events --reason ahead_of_kafka_time',
    )
    .action(async (source, { reason, json }) => {
      await using asof = await connect();
      const onProgress = ({ replayed, remaining }: { replayed: number; remaining: number }): void =>
        progress(`dead letters of ${source}: ${replayed} replayed, ${remaining} stay`);
      const options = { reason, onProgress, signal: interruptSignal() };
      const result = await asof.stream(source).deadLetters.replay(options);
      printResult(result, { json, text: replayText(result, reason) });
    });
}

function listText({ source, reasons, deadLetters }: DeadLetterList): string {
  if (reasons.length === 0) return `${source} has no dead letters`;
  const shown = deadLetters.flatMap(({ partition, offset, index, kafkaTs, reason, detail, value }) => [
    `${kafkaTs ?? '(no Kafka timestamp)'}  partition ${partition}, offset ${offset}${index === null ? '' : `, event ${index} of its list`}  ${reason}: ${printable(detail)}`,
    `  ${value === null ? '(no value)' : printable(value)}`,
  ]);
  return [table(reasons, ['reason', 'count']), '', ...shown].join('\n').trimEnd();
}

function replayText(
  { source, replayed, skipped, remaining, late, rows, reasons }: ReplayResult,
  reason: string | undefined,
): string {
  const counts = `${replayed} dead letters of ${source} are events now, ${late} of them late for a window; ${rows} window rows are new or changed; ${skipped} are not for the source; ${remaining} stay`;
  return [
    ...(reasons.length === 0 ? [] : [table(reasons, ['reason', 'count'])]),
    ...(replayed + skipped > 0 ? [] : [`nothing changed: ${whyNothing(remaining, reason)}`]),
    counts,
  ].join('\n');
}

function whyNothing(remaining: number, reason: string | undefined): string {
  if (remaining > 0)
    return 'by the current definition of the source, none of them is an event; correct the definition and apply it first';
  return reason === undefined
    ? 'there are no dead letters'
    : `there are no dead letters of reason '${reason}'`;
}

/** Escapes control characters, so that a record cannot move the terminal's cursor or change its colours. */
function printable(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
