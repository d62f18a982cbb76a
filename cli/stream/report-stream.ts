import type { ReadingProgress } from '../../client/index.ts';
import { roughly } from '../../domain/stream/reading-rate.ts';
import { progress } from '../shared/output.ts';

/** How a command that reads a source to its head tells the person who waits: each time that something changes. */
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
