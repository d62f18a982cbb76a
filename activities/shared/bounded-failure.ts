import { ApplicationFailure } from '@temporalio/common';
import { reasonOf } from '../../domain/errors/asof-error.ts';
import { boundedJson } from '../../domain/errors/bounded-json.ts';
import { shortenedToBytes } from '../../domain/errors/shortened.ts';

/**
 * The bytes of a failure and of its causes, as Temporal encodes them. Of one that it keeps until the next attempt
 * Temporal takes 4,096, and puts "Failure exceeds size limit" in the place of the reason of a longer one. The last
 * one stays in the history of each workflow that waits for it.
 */
const MOST_BYTES = { retried: 4_000, final: 16_000 };
/** The most that a part of a failure takes of its bytes. What is left is for the stacks. */
const SHARES = { message: 0.35, details: 0.15, cause: 0.08 };
const MOST_CAUSES = 3;
/** What Temporal adds to the texts of an error: lengths, the source, the encoding of the details. */
const FRAME_BYTES = 128;
const MOST_BYTES_OF_NAME = 100;

/**
 * A copy of an error that Temporal and its histories can hold. The message of an error may repeat the data that it
 * is about, at any length, and its stack repeats the message. The copy keeps the beginning of each message, the
 * first causes, and of their stacks the first frames.
 */
export function boundedFailure(error: Error): Error {
  const isOfAsof = error instanceof ApplicationFailure;
  const most = isOfAsof && error.nonRetryable ? MOST_BYTES.final : MOST_BYTES.retried;
  const chain = chainOf(error);
  const heads = chain.map((one, index) => headOf(one, most * (index === 0 ? SHARES.message : SHARES.cause)));
  const details = isOfAsof ? (boundedJson(error.details ?? [], most * SHARES.details) as unknown[]) : [];
  const texts = [...heads.flatMap(({ name, message }) => [name, name, message]), JSON.stringify(details)];
  const taken = bytesOf(texts.join('')) + FRAME_BYTES * chain.length;
  const stacks = framesOf(chain, most - taken);
  return heads.reduceRight<Error | undefined>((cause, { name, message }, index) => {
    const stack = [name, ...stacks[index]!].join('\n');
    if (index > 0 || !isOfAsof) return Object.assign(new Error(message, cause && { cause }), { name, stack });
    const { nonRetryable } = error;
    return Object.assign(new ApplicationFailure(message, name, nonRetryable, details, cause), { stack });
  }, undefined)!;
}

/** The error and its first causes. A cause need not be an error. */
function chainOf(error: Error): Error[] {
  const chain = [error];
  for (let { cause } = error; cause !== undefined && chain.length <= MOST_CAUSES;) {
    const next = cause instanceof Error ? cause : new Error(reasonOf(cause));
    chain.push(next);
    ({ cause } = next);
  }
  return chain;
}

function headOf(error: Error, most: number): { name: string; message: string } {
  const name = error instanceof ApplicationFailure ? (error.type ?? error.name) : error.name;
  return {
    name: shortenedToBytes(name, MOST_BYTES_OF_NAME),
    message: shortenedToBytes(error.message, most),
  };
}

/** The first frames of each stack, as many as have room, those of the first error before those of its causes. */
function framesOf(chain: readonly Error[], most: number): string[][] {
  let left = most;
  return chain.map(({ stack = '' }) => {
    const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
    const fitting = frames.findIndex((frame) => (left -= bytesOf(frame) + 1) < 0);
    return fitting < 0 ? frames : frames.slice(0, fitting);
  });
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
