import type { KafkaClient } from '../../../adapters/kafka/client.ts';
import { writeEvents } from '../../../adapters/kafka/event-writer.ts';
import { progress } from '../../../cli/shared/output.ts';
import { reportSent } from '../../../cli/stream/report-sent.ts';
import { importEventFile } from '../../../client/stream/import/import-events.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { fromMillis, parseInstant } from '../../../domain/time/instant.ts';
import { simulate } from '../../../simulator/index.ts';

export interface EventOptions {
  /** A file of real events; without it the simulator makes them. */
  readonly events?: string | undefined;
  readonly seed: number;
  /** RFC 3339 time up to which events are simulated. */
  readonly until: string;
}

/** Sends the demo's events to the source's topic, and says how many. */
export async function sendEvents(
  kafka: KafkaClient,
  { source, tables }: StreamEngine,
  { events, seed, until }: EventOptions,
  signal: AbortSignal,
): Promise<number> {
  const options = { signal, onProgress: reportSent('events') };
  if (events === undefined) return writeEvents(kafka, source.topic, simulate({ seed, until }), options);
  const onWarning = (warning: string): void => progress(`events: ${warning}`);
  return (await importEventFile(kafka, events, { ...options, source, tables, onWarning })).sent;
}

/** @throws AsofError `ASOF_INPUT_INVALID` when events up to then would lie too far ahead of now. */
export function checkUntil(until: string): void {
  const instant = parseInstant(until);
  if (instant !== undefined && instant <= fromMillis(Date.now())) return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `--until '${until}' is not a moment in the past; expected an RFC 3339 time such as 2026-03-01T00:00:00Z`,
  );
}
