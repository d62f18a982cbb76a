import { progress } from '../shared/output.ts';

const EVERY = 20_000;

/** Says how many records are in Kafka, once for each twenty thousand. */
export function reportSent(what: string): (progress: { readonly sent: number }) => void {
  let next = EVERY;
  return ({ sent }) => {
    if (sent < next) return;
    progress(`${what}: ${sent} records sent`);
    next = sent - (sent % EVERY) + EVERY;
  };
}
