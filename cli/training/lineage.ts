import { Command, Option } from '@commander-js/extra-typings';
import { type Asof, type Lineage, type LineageSubject, connect } from '../../client/index.ts';
import { printResult } from '../shared/output.ts';
import { lineageText, modelText, usedByText } from './lineage-text.ts';

export function lineageCommand() {
  return new Command('lineage')
    .description(
      'what features, training sets, models and endpoints are made of, and what is made of a field',
    )
    .addCommand(modelCommand())
    .addCommand(subjectCommand('training-set', 'trainingSet', 'id', 'ts_43fc88f1bedf'))
    .addCommand(subjectCommand('endpoint', 'endpoint', 'name', 'churn'))
    .addCommand(subjectCommand('feature', 'feature', 'feature', 'user_activity_features.revenue_1h'))
    .addCommand(subjectCommand('field', 'field', 'field', 'user-events.revenue'))
    .addCommand(usedByCommand('table', 'user_activity_features'))
    .addCommand(usedByCommand('source', 'user-events'))
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Examples:
  npx asof lineage field user-events.revenue
  npx asof lineage model user_churn_model/1 --svg > lineage.svg
  npx asof lineage training-set ts_43fc88f1bedf --openlineage`;

type Drawing = 'svg' | 'mermaid' | 'openlineage';

/** How a lineage is shown. */
type Shown = Partial<Record<Drawing | 'json', true>>;

function shownCommand(name: string) {
  const [json, mermaid, svg, openlineage] = [
    new Option('--json', 'print it as one JSON object'),
    new Option('--mermaid', 'print a drawing, as a flowchart of Mermaid'),
    new Option('--svg', 'print a drawing, as an SVG file'),
    new Option('--openlineage', 'print run events of OpenLineage, one in a line'),
  ];
  return new Command(name)
    .addOption(json.conflicts(['mermaid', 'svg', 'openlineage']))
    .addOption(mermaid.conflicts(['json', 'svg', 'openlineage']))
    .addOption(svg.conflicts(['json', 'mermaid', 'openlineage']))
    .addOption(openlineage.conflicts(['json', 'mermaid', 'svg']));
}

function modelCommand() {
  return shownCommand('model')
    .description('the run, training set, feature tables and sources of a model version')
    .argument('<version>', 'model version, such as user_churn_model/1')
    .action(async (version, shown: Shown) => {
      await using asof = await connect();
      if (await drawn(asof, { model: version }, shown)) return;
      const lineage = await asof.lineage.model(version);
      printResult(lineage, { json: shown.json, text: modelText(lineage) });
    });
}

function subjectCommand(
  command: string,
  subject: 'trainingSet' | 'endpoint' | 'feature' | 'field',
  argument: string,
  example: string,
) {
  return shownCommand(command)
    .description(`what a ${command.replace('-', ' ')} is made of, and what is made of it`)
    .argument(`<${argument}>`, `such as ${example}`)
    .action(async (name, shown: Shown) => {
      await using asof = await connect();
      const of = { [subject]: name } as unknown as LineageSubject;
      if (await drawn(asof, of, shown)) return;
      const lineage = await asof.lineage.of(of);
      printResult(lineage, { json: shown.json, text: lineageText(lineage) });
    });
}

function usedByCommand(what: 'table' | 'source', example: string) {
  return shownCommand(what)
    .description(`the model versions that were trained on a ${what}`)
    .argument('<name>', `${what}, such as ${example}`)
    .action(async (name, shown: Shown) => {
      await using asof = await connect();
      const origin = what === 'table' ? { table: name } : { source: name };
      if (await drawn(asof, origin, shown)) return;
      const used = await asof.lineage.usedBy(origin);
      printResult(used, { json: shown.json, text: usedByText(used) });
    });
}

/** Prints the drawing or the events, if they are asked for. */
async function drawn(
  asof: Asof,
  subject: LineageSubject,
  { svg, mermaid, openlineage }: Shown,
): Promise<boolean> {
  if (openlineage) {
    const events = await asof.lineage.openLineage(subject);
    printResult(events, { text: events.map((event) => JSON.stringify(event)).join('\n') });
    return true;
  }
  if (!svg && !mermaid) return false;
  const lineage: Lineage = await asof.lineage.of(subject);
  printResult(lineage, { text: asof.lineage.draw(lineage, svg ? 'svg' : 'mermaid') });
  return true;
}
