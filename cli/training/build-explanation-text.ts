import type { BuildExplanation, ExplainedSpine, LookupReading, RowsReading } from '../../client/index.ts';
import { NOT_MIRRORED } from '../../domain/training/mirror/mirror-choice.ts';

/** How a training set would be built, in words. */
export function buildExplanationText(explanation: BuildExplanation): string {
  const { trainingSet, way, knowledge, spine, lookups, requestFeatures, definitions } = explanation;
  const since = knowledge.knownAt === null ? '' : ` of ${knowledge.knownAt}`;
  return [
    `${trainingSet}: nothing is built`,
    `  values       ${way}, up to write ${knowledge.sequence}${since}`,
    `  spine        ${spineText(spine)}`,
    ...lookups.flatMap(lookupLines),
    ...(requestFeatures.length === 0 ? [] : [`  at request   ${requestFeatures.join(', ')}`]),
    `  definitions  ${definitions.map(({ name, version }) => `${name}@${version}`).join(', ')}`,
  ].join('\n');
}

function spineText({ rows, given, from, to, splits }: ExplainedSpine): string {
  const sample = rows === given ? '' : `, a sample of ${given}`;
  const parts = Object.entries(splits ?? {}).map(([split, count]) => `${split} ${count}`);
  return [`${rows} rows${sample}, from ${from} to ${to}`, ...parts].join(', ');
}

function lookupLines(lookup: LookupReading): string[] {
  const { table, lookupKeys, lookback, availableAfter, columns, keys, from, to, chunks, read } = lookup;
  const there = keys.there === null ? '' : ` of about ${keys.there}`;
  const rows = chunks.rows === null ? '' : `, about ${chunks.rows} rows`;
  return [
    `  look-up in ${table}`,
    `    columns    ${columns.join(', ')}`,
    `    keys       ${lookupKeys.join(', ')}: ${keys.wanted}${there} keys of the table`,
    `    rule       a row is visible ${availableAfter} after feature_ts, lookback ${lookback ?? 'none'}`,
    `    rows       ${from === null ? 'up to' : `after ${from}, up to`} ${to}: ${chunks.count} chunks, ${sizeText(chunks.bytes)}${rows}`,
    `    read       ${readText(read)}`,
  ];
}

function readText(read: RowsReading): string {
  switch (read.by) {
    case 'mirror': {
      const since = read.since === null ? '' : `; then what was written after write ${read.since}`;
      return `whole chunks: ${read.held} from their mirrors on this host, ${read.copied} to copy (${sizeText(read.copiedBytes)})${since}`;
    }
    case 'wanted-keys':
      return `the rows of the wanted keys alone, since ${NOT_MIRRORED[read.why]}`;
    case 'all-versions':
      return `all versions of the rows of the wanted keys, ${
        read.why === 'way' ? 'since the way asks for them' : 'to say how the set differs from what was served'
      }`;
  }
}

function sizeText(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${Math.round(bytes / 2 ** 20)} MiB`;
}
