import type {
  ColumnStatistics,
  FeatureComparison,
  ModelComparison,
  TableComparison,
} from '../../client/index.ts';

/** How a changed table differs from the registered one on recent events, a line for each feature and model. */
export function comparisonLines(comparison: TableComparison): string[] {
  const { from, to, events, entities, rowsBefore, rowsAfter, changed, created, removed } = comparison;
  return [
    `computed beside it for ${from} to ${to}: ${entities} entities, ${events} events`,
    `  rows: ${changed} of ${rowsBefore} changed, ${created} new, ${removed} gone; ${rowsAfter} after`,
    ...comparison.features.flatMap(featureLines).map((line) => `  ${line}`),
    ...comparison.models.map((model) => `  ${modelText(model)}`),
  ];
}

function featureLines({ feature, changed, before, after, psi }: FeatureComparison): string[] {
  const shift = psi === null ? '' : `, PSI ${rounded(psi)}`;
  return [
    `${feature}: ${changed} rows${shift}`,
    ...(before ? [`  before: ${statisticsText(before)}`] : []),
    ...(after ? [`  after:  ${statisticsText(after)}`] : []),
  ];
}

function statisticsText({ nulls, numbers, top, distinct }: ColumnStatistics): string {
  const parts = [`${nulls} nulls`];
  if (numbers?.quantiles) {
    const { p5, p50, p95 } = numbers.quantiles;
    parts.push(
      `mean ${rounded(numbers.mean!)}`,
      `p5 ${rounded(p5)}, p50 ${rounded(p50)}, p95 ${rounded(p95)}`,
    );
  }
  if (top) {
    const first = top.slice(0, MOST_TEXTS).map(({ value, rows }) => `${JSON.stringify(value)} ${rows}`);
    parts.push(`${distinct ?? 0} texts`, ...first);
  }
  return parts.join(', ');
}

const MOST_TEXTS = 3;

function modelText({
  model,
  version,
  entities,
  changed,
  crossed,
  threshold,
  greatest,
  why,
}: ModelComparison): string {
  const name = `model ${model}/${version}`;
  if (why !== null) return `${name} was not asked: ${why}`;
  const sides = threshold === null ? 'have another class' : `cross ${threshold}`;
  return [
    `${name}: ${changed} of ${entities} predictions change`,
    ...(crossed === null ? [] : [`${crossed} ${sides}`]),
    ...(changed === 0 ? [] : [`by ${rounded(greatest)} at most`]),
  ].join(', ');
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
