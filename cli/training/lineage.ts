import { Command } from '@commander-js/extra-typings';
import { type Described, type ModelLineage, type UsedBy, connect } from '../../client/index.ts';
import { printResult, table } from '../shared/output.ts';

export function lineageCommand() {
  return new Command('lineage')
    .description('what a model version comes from, and what comes from a table or source')
    .addCommand(modelCommand())
    .addCommand(usedByCommand('table', 'user_activity_features'))
    .addCommand(usedByCommand('source', 'user-events'));
}

function modelCommand() {
  return new Command('model')
    .description('the run, training set, feature tables and sources of a model version')
    .argument('<version>', 'model version, such as user_churn_model/1')
    .option('--json', 'print the lineage as one JSON object')
    .action(async (version, { json }) => {
      await using asof = await connect();
      const lineage = await asof.lineage.model(version);
      printResult(lineage, { json, text: lineageText(lineage) });
    });
}

function usedByCommand(what: 'table' | 'source', example: string) {
  return new Command(what)
    .description(`the model versions that were trained on a ${what}`)
    .argument('<name>', `${what}, such as ${example}`)
    .option('--json', 'print the model versions as one JSON object')
    .action(async (name, { json }) => {
      await using asof = await connect();
      const used = await asof.lineage.usedBy(what === 'table' ? { table: name } : { source: name });
      printResult(used, { json, text: usedByText(used) });
    });
}

function lineageText(lineage: ModelLineage): string {
  const { model, version, run, trainingSet, tables, sources, writes, ...said } = lineage;
  const { id, name, definitionVersion, rows, sha256, cut, spine } = trainingSet;
  return [
    `model version  ${model}/${version}`,
    ...inWords(said).map((line) => `               ${line}`),
    `└ MLflow run   ${run}`,
    `└ training set ${id}: '${name}' version ${definitionVersion}, ${rows} rows as known at write ${cut}, SHA-256 ${sha256}`,
    ...inWords(trainingSet).map((line) => `               ${line}`),
    `  └ spine      ${spine.path}, SHA-256 ${spine.sha256}`,
    '',
    table([...tables, ...sources], ['kind', 'name', 'version', 'sha256']),
    ...[...tables, ...sources].flatMap((one) => inWords(one).map((line) => `${one.name}: ${line}`)),
    ...writes.map(writesText),
  ].join('\n');
}

function writesText({ table: name, writes, last }: ModelLineage['writes'][number]): string {
  if (!last) return `${name}: nothing was written`;
  const { knownAt, origin, sha256, rows, writtenBy } = last;
  if (origin === null) return `${name}: ${writes} writes, the last of ${knownAt}: origin not recorded`;
  return `${name}: ${writes} writes, the last of ${knownAt} by ${writtenBy}: ${origin}, ${rows} rows, SHA-256 ${sha256}`;
}

/** What people say of something, each in a line of its own. */
function inWords({ description, owner, tags }: Described): string[] {
  return [
    ...(description === undefined ? [] : [description.replaceAll(/\s+/g, ' ')]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(tags === undefined || tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
  ];
}

function usedByText({ name, models }: UsedBy): string {
  if (models.length === 0) return `no model version was trained on ${name}`;
  return table(models, ['name', 'version', 'runId', 'trainingSetId']);
}
