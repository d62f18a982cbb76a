import type {
  Described,
  Lineage,
  LineageNode,
  ModelLineage,
  SourceOffsets,
  UsedBy,
} from '../../client/index.ts';
import { KIND_WORDS } from '../../domain/lineage/words.ts';
import { table } from '../shared/output.ts';

export function modelText(lineage: ModelLineage): string {
  const { model, version, run, trainingSet, tables, requestFeatures, sources, writes, offsets, ...said } =
    lineage;
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
    ...requestFeatures.map(requestFeatureText),
    ...writes.map(writesText),
    ...offsets.flatMap(offsetsText),
  ].join('\n');
}

function requestFeatureText({ name, uses, ...said }: ModelLineage['requestFeatures'][number]): string {
  const words = inWords(said).map((line) => `; ${line}`);
  return `request feature ${name}: of ${uses.join(', ') || 'nothing'}${words.join('')}`;
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

export function usedByText({ name, models }: UsedBy): string {
  if (models.length === 0) return `no model version was trained on ${name}`;
  return table(models, ['name', 'version', 'runId', 'trainingSetId']);
}

/** What something is made of and what is made of it, each with how it is made. */
export function lineageText({ of, nodes, origins, uses, offsets }: Lineage): string {
  return [
    ...of.map(({ kind, name, made }) =>
      [KIND_WORDS[kind], name, ...(made === null ? [] : [made])].join('  '),
    ),
    ...listText(
      'made of',
      nodes.filter(({ id }) => origins.includes(id)),
    ),
    ...listText(
      'goes into',
      nodes.filter(({ id }) => uses.includes(id)),
    ),
    ...offsets.flatMap(({ trainingSet, cut, sources }) => [
      '',
      `read up to write ${cut}, the knowledge cut of ${trainingSet}:`,
      ...sources.flatMap(offsetsText),
    ]),
  ].join('\n');
}

function listText(title: string, nodes: readonly LineageNode[]): string[] {
  if (nodes.length === 0) return ['', `${title}: nothing`];
  const rows = nodes.map(({ kind, name, made }) => ({ [title]: KIND_WORDS[kind], name, made: made ?? '' }));
  return ['', table(rows, [title, 'name', 'made'])];
}

function offsetsText({ source, partitions }: SourceOffsets): string[] {
  if (partitions.length === 0) return [`${source}: no offsets`];
  return partitions.map(
    ({ partition, from, to }) => `${source} partition ${partition}: offsets ${from} up to ${to}`,
  );
}
