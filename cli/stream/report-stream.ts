import { roughly } from '../../domain/stream/reading-rate.ts';
import { progress } from '../shared/output.ts';

/** How a command that reads a source to its head tells the person who waits: each time that something changes. */
export function reportStream(source: string) {
  let lastLag: number | undefined;
  let lastFailure: string | undefined;
  return {
    onLag(lag: number, seconds: number | null): void {
      const eta = lag > 0 && seconds !== null ? `, about ${roughly(seconds)}` : '';
      if (lag !== lastLag) progress(`stream ${source}: ${lag} records to go${eta}`);
      lastLag = lag;
    },
    onTrouble(failure: string): void {
      if (failure !== lastFailure) progress(`stream ${source}: trying again: ${failure}`);
      lastFailure = failure;
    },
  };
}
