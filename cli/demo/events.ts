import type { Kafka } from 'kafkajs';
import { importEventFile } from '../../adapters/event-file/import.ts';
import { writeEvents } from '../../adapters/kafka/event-writer.ts';
import { parseInstant, fromMillis } from '../../domain/instant.ts';
import { AsofError } from '../../domain/errors.ts';
import type { StreamEngine } from '../../domain/micro-batch.ts';
import { simulate } from '../../simulator/index.ts';
import { progress } from '../output.ts';
import { reportSent } from '../report-sent.ts';

export interface EventOptions {
  /** A file of real events; without it the simulator makes them. */
  readonly events?: string | undefined;
  readonly seed: number;
  /** RFC 3339 time up to which events are simulated. */
  readonly until: string;
}

/** Sends the demo's events to the source's topic, and says how many. */
export async function sendEvents(
  kafka: Kafka,
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
