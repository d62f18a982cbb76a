import type {
  ColumnStatistics,
  LastVerification,
  ListedTrainingSet,
  ShownCorrection,
  ShownTrainingSet,
} from '../../../client/index.ts';
import { countsInWords, differenceInWords } from '../../../domain/training/way-words.ts';
import { table } from '../../shared/output.ts';

/** Built training sets, one in a line. */
export function listText(sets: readonly ListedTrainingSet[]): string {
  if (sets.length === 0) return 'no training set was built';
  const rows = sets.map(({ id, name, definitionVersion, rows, way, cut, builtAt, models, correction }) => ({
    id,
    definition: `${name}@${definitionVersion}`,
    rows,
    way,
    cut,
    built: builtAt,
    models: models.join(', '),
    corrected: correction ? correctionText(correction) : '',
  }));
  return table(rows, ['id', 'definition', 'rows', 'way', 'cut', 'built', 'models', 'corrected']);
}

function correctionText({ rows, through, rule, isDone }: ShownCorrection): string {
  return `${rows} rows by write ${through}: ${rule}${isDone ? '' : ', to be done'}`;
}

/** All that is known of a training set. */
export function showText(shown: ShownTrainingSet): string {
  const { id, rows, sha256, format, way, knowledge, spine, split, sample } = shown;
  const { definitions, lookups, differences, file, models, statistics, verification, correction } = shown;
  const since = knowledge.knownAt === null ? '' : ` of ${knowledge.knownAt}`;
  return [
    `training set  ${id}: ${rows} rows, ${way}, as known at write ${knowledge.sequence}${since}`,
    `file          ${file.path}${file.host === null ? '' : ` on ${file.host}`}: ${file.state}`,
    `hash          SHA-256 ${sha256}, format ${format}`,
    `spine         ${spine.path}, SHA-256 ${spine.sha256}`,
    ...splitText(split),
    ...sampleText(sample),
    `models        ${models.join(', ') || 'none'}`,
    `verified      ${verification ? verificationText(verification) : 'never'}`,
    ...(correction ? [`corrected     ${correctionText(correction)}`] : []),
    '',
    table(definitions, ['kind', 'name', 'version', 'sha256']),
    '',
    ...lookups.map(countsInWords),
    ...differences.map((difference) => differenceInWords(difference, rows)),
    ...(statistics.length === 0 ? [] : ['', statisticsText(statistics)]),
  ].join('\n');
}

function verificationText({ at, host, same, differing }: LastVerification): string {
  return `${at} on ${host}: ${same ? 'the same rows' : `${differing} rows differed`}`;
}

function splitText(split: ShownTrainingSet['split']): string[] {
  if (split === null) return [];
  const rows = Object.entries(split.rows).map(([name, count]) => `${name} ${count}`);
  return [
    `split         ${split.column}: ${rows.join(', ')}`,
    ...split.leaks.map((leak) => `              ${leak}`),
  ];
}

function sampleText(sample: ShownTrainingSet['sample']): string[] {
  if (!sample) return [];
  const { share, of, seed, weight } = sample;
  return [`sample        ${share} of ${of} rows, by seed ${seed}, weighed by ${weight}`];
}

/** What columns are like: of numbers the range, the mean and the median, of texts the most frequent ones. */
function statisticsText(statistics: readonly ColumnStatistics[]): string {
  const rows = statistics.map(({ column, type, nulls, notFound, numbers, top, distinct }) => ({
    column,
    type,
    nulls,
    'not found': notFound ?? '',
    mean: rounded(numbers?.mean),
    deviation: rounded(numbers?.standardDeviation),
    min: rounded(numbers?.min),
    median: rounded(numbers?.quantiles?.p50),
    max: rounded(numbers?.max),
    top: topText(top ?? [], distinct ?? 0),
  }));
  const numbers = ['mean', 'deviation', 'min', 'median', 'max'] as const;
  return table(rows, ['column', 'type', 'nulls', 'not found', ...numbers, 'top']);
}

const MOST_TEXTS = 3;

function topText(top: NonNullable<ColumnStatistics['top']>, distinct: number): string {
  const shown = top.slice(0, MOST_TEXTS).map(({ value, rows }) => `${value} ${rows}`);
  return [...shown, ...(distinct > MOST_TEXTS ? ['…'] : [])].join(', ');
}

/** A number with six digits. */
export function rounded(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(Number(value.toPrecision(6)));
}
