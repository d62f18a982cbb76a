const ALONE = '_recency_alone';

/** A metric of the model, and the same of a ranking by its recency alone. */
export interface Baseline {
  readonly metric: string;
  readonly model: number;
  readonly recency: number;
}

/** The metrics for which there is a baseline. */
export function baselines(metrics: Readonly<Record<string, number>>): Baseline[] {
  return Object.entries(metrics).flatMap(([name, recency]) => {
    const metric = name.endsWith(ALONE) ? name.slice(0, -ALONE.length) : undefined;
    const model = metric === undefined ? undefined : metrics[metric];
    return metric === undefined || model === undefined ? [] : [{ metric, model, recency }];
  });
}
