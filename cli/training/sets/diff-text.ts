import type {
  ChangedDefinition,
  ChangedDistribution,
  ComparedRows,
  TrainingSetDiff,
} from '../../../client/index.ts';
import { table } from '../../shared/output.ts';
import { rounded } from './training-set-text.ts';

/** What differs between two training sets. */
export function diffText(diff: TrainingSetDiff): string {
  const { a, b, same, changed, definitions, rows, distributions } = diff;
  return [
    `${a} and ${b} ${hashesText(same)}`,
    ...changed.map(({ option, ...values }) => `${option}: ${change(values)}`),
    ...definitions.flatMap(definitionText),
    '',
    ...rowsText(rows),
    '',
    distributionsText(distributions),
  ].join('\n');
}

function hashesText(same: TrainingSetDiff['same']): string {
  if (same === null)
    return 'have hashes of different formats, which do not tell whether their rows are the same';
  return same ? 'have the same rows in the same order' : 'have different rows';
}

function definitionText({ kind, name, a, b, options }: ChangedDefinition): string[] {
  const what = `${kind.replaceAll('_', ' ')} ${name}`;
  if (a === null) return [`${what}: only in the second, version ${b}`];
  if (b === null) return [`${what}: only in the first, version ${a}`];
  return [
    `${what}: version ${a} → ${b}`,
    ...options.map(({ option, ...values }) => `  ${option}: ${change(values)}`),
  ];
}

/** Both values; one that is not there is none. */
function change({ a, b }: { readonly a?: unknown; readonly b?: unknown }): string {
  const text = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));
  return `${text(a)} → ${text(b)}`;
}

function rowsText(rows: ComparedRows): string[] {
  if ('unknown' in rows) return [`rows: not compared, because ${rows.unknown}`];
  const { onlyA, onlyB, both, changed, columns, examples } = rows;
  return [
    `rows: ${onlyA} only in the first, ${onlyB} only in the second, ${both} in both, ${changed} of these with other values`,
    ...Object.entries(columns).map(([column, count]) => `  ${column}: differs in ${count} rows`),
    ...examples.map(({ row, values }) => {
      const changes = Object.entries(values).map(([column, value]) => `${column} ${change(value)}`);
      return `  ${Object.values(row).map(String).join(', ')}: ${changes.join('; ')}`;
    }),
  ];
}

function distributionsText(distributions: readonly ChangedDistribution[]): string {
  if (distributions.length === 0) return 'distributions: not compared, because a set has no statistics';
  const rows = distributions.map(({ column, a, b, stabilityIndex }) => ({
    column,
    nulls: pair(share(a), share(b)),
    mean: pair(rounded(a?.numbers?.mean), rounded(b?.numbers?.mean)),
    median: pair(rounded(a?.numbers?.quantiles?.p50), rounded(b?.numbers?.quantiles?.p50)),
    p99: pair(rounded(a?.numbers?.quantiles?.p99), rounded(b?.numbers?.quantiles?.p99)),
    'stability index': stabilityIndex === null ? '' : stabilityIndex.toFixed(4),
  }));
  return table(rows, ['column', 'nulls', 'mean', 'median', 'p99', 'stability index']);
}

function share(statistics: ChangedDistribution['a']): string {
  if (!statistics) return 'no column';
  return statistics.rows === 0 ? '' : `${rounded((100 * statistics.nulls) / statistics.rows)} %`;
}

/** Both values, or the one that both have. */
function pair(a: string, b: string): string {
  return a === b ? a : `${a || 'none'} → ${b || 'none'}`;
}
