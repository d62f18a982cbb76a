import type { PendingActivity } from '../../client/index.ts';
import { progress } from '../shared/output.ts';

/** Reports the step of each running activity, and the failures, once for each change. */
export function reportActivities(what: string): (activities: readonly PendingActivity[]) => void {
  let last = '';
  return (activities) => {
    for (const { details, failure } of activities) {
      const line = failure === null ? stepOf(details) : `trying again: ${failure}`;
      if (line !== undefined && line !== last) progress(`${what}: ${line}`);
      last = line ?? last;
    }
  };
}

/** `{ step: 'hashing' }` is a step; `{ stage: 'training', trees: 10, of: 300 }` is one of the trainer. */
function stepOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  if ('step' in details) return String(details.step);
  if (!('stage' in details)) return undefined;
  const { stage, trees, of } = details as { stage: string; trees?: number; of?: number };
  return trees === undefined ? stage : `${stage}: ${trees} of ${of} trees`;
}
