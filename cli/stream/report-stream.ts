import type { ReadingProgress } from '../../client/index.ts';
import { roughly } from '../../domain/stream/reading-rate.ts';
import { progress } from '../shared/output.ts';

/** Reports the lag and the failures of a read to the head, once for each change. */
export function reportStream(source: string): (reading: ReadingProgress) => void {
  let lastLag: number | undefined;
  let lastFailure: string | undefined;
  return ({ lag, secondsToHead, failures }) => {
    const eta = lag > 0 && secondsToHead !== null ? `, about ${roughly(secondsToHead)}` : '';
    if (lag !== lastLag) progress(`stream ${source}: ${lag} records to go${eta}`);
    lastLag = lag;
    for (const failure of failures) {
      if (failure !== lastFailure) progress(`stream ${source}: trying again: ${failure}`);
      lastFailure = failure;
    }
  };
}
