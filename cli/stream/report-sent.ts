import { progress } from '../shared/output.ts';

const EVERY = 20_000;

/** Reports the number of records sent, once for every 20,000. */
export function reportSent(what: string): (progress: { readonly sent: number }) => void {
  let next = EVERY;
  return ({ sent }) => {
    if (sent < next) return;
    progress(`${what}: ${sent} records sent`);
    next = sent - (sent % EVERY) + EVERY;
  };
}
