import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command } from '@commander-js/extra-typings';
import { AsofError, type InferredDefinition, connect } from '../../client/index.ts';
import { printResult, progress } from '../shared/output.ts';
import { wholeNumber } from '../shared/parse.ts';

export function sourceCommand() {
  return new Command('source').description('start with event sources').addCommand(inferCommand());
}

function inferCommand() {
  return new Command('infer')
    .description('look at some records, and write a definition of their event source to start from')
    .argument('<topic>', "a topic; or the path of an NDJSON file; '-' is standard input")
    .option('--records <n>', 'records to look at, at most', wholeNumber, 5_000)
    .option('--name <name>', 'name of the source (default: made from the name of the topic or the file)')
    .option('--out <file>', 'write the definition to this file, and not to standard output')
    .option('--force', 'replace the file of --out')
    .option('--json', 'print the definition and what it makes of the records as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof source infer orders.v2 --out definitions/orders.ts\n  npx asof source infer events.ndjson',
    )
    .action(async (from, { records, name, out, force, json }) => {
      await using asof = await connect();
      const place = from === '-' || existsSync(from) ? { file: from } : { topic: from };
      const inferred = await asof.inferSource(place, { records, name });
      report(inferred);
      if (out === undefined) return printResult(inferred, { json, text: inferred.typescript.trimEnd() });
      await write(out, inferred.typescript, force);
      printResult(inferred, { json, text: `wrote ${out}` });
    });
}

/** Says on standard error what the definition makes of the records, and of what it is unsure; what it says of fields stands in its comments. */
function report({ records, events, deadLetters, skipped, definition, ...found }: InferredDefinition): void {
  const say = (what: string): void => progress(`source infer: ${what}`);
  const holdSeveral = definition.kind === 'event_source' && definition.explode !== undefined;
  say(
    `of ${holdSeveral ? 'the elements of ' : ''}${records} records, ${events} are events, ${deadLetters} will be dead letters, ${skipped} skipped`,
  );
  for (const { offset, index, detail } of found.firstRejections) {
    const element = index === undefined ? '' : `, element ${index}`;
    say(`record ${offset}${element}: ${detail}`);
  }
  for (const option of ['entity', 'eventTime', 'unwrap', 'explode', 'where'])
    for (const remark of found.remarks[option] ?? []) say(`${option}: ${remark}`);
  for (const remark of found.leftOut) say(remark);
}

/** @throws AsofError `ASOF_OUT_REFUSED` if there is a file, unless `force`. */
async function write(path: string, text: string, force = false): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new AsofError(
      'ASOF_OUT_REFUSED',
      `cannot write '${path}': there is a file already. Name another, or replace it with --force`,
      { details: { path } },
    );
  }
}
