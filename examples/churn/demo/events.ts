import { type Asof, AsofError } from 'asof/client';
import { progress } from '../../../cli/shared/output.ts';
import { reportSent } from '../../../cli/stream/report-sent.ts';
import { fromMillis, parseInstant } from '../../../domain/time/instant.ts';
import { simulate, simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';
import { SOURCE } from './example.ts';
import type { EventOptions } from './options.ts';

/** Sends the demo's events to the source's topic; resolves to the number of records sent. */
export async function sendEvents(
  asof: Asof,
  { events, seed, until }: EventOptions,
  signal: AbortSignal,
): Promise<number> {
  const stream = asof.stream(SOURCE);
  const options = { signal, onProgress: reportSent('events') };
  if (events === undefined) return stream.send(simulate({ seed, until }), options);
  const onWarning = (warning: string): void => progress(`events: ${warning}`);
  return (await stream.import(events, { ...options, onWarning })).sent;
}

/** Writes the reference tables of the simulated shop: its users and its products. */
export async function writeReferenceTables(asof: Asof, { seed, until }: EventOptions): Promise<void> {
  await asof.writeTable('users', simulatedUsers({ seed, until }));
  await asof.writeTable('products', simulatedProducts({ seed, until }));
}

/** @throws AsofError `ASOF_INPUT_INVALID` if `until` is not an RFC 3339 time or lies in the future. */
export function checkUntil(until: string): void {
  const instant = parseInstant(until);
  if (instant !== undefined && instant <= fromMillis(Date.now())) return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `--until '${until}' is not a moment in the past; expected an RFC 3339 time such as 2026-03-01T00:00:00Z`,
  );
}
