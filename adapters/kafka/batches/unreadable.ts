import { reasonOf } from '../../../domain/errors/asof-error.ts';
import { type Rejection, rejectionFor } from '../../../domain/log/rejection.ts';
import { codecOf } from '../compression/codecs.ts';
import { UnpacksTooLarge } from '../compression/unpacked-size.ts';
import { CODEC } from './formats.ts';

/** Says that a batch holds more records than one batch may. */
export class TooManyRecords extends Error {
  constructor(count: number, most: number) {
    super(`holds ${count} records, more than ${most}`);
  }
}

/**
 * Why the records of a batch cannot be read.
 *
 * @param where the offsets of the batch.
 * @throws `error` if it says nothing about the batch: a later attempt may read it.
 */
export function unreadableBatch(where: string, attributes: number, error: unknown): Rejection {
  if (isShortOfMemory(error)) throw error;
  const compression = codecOf(attributes & CODEC)?.name;
  const what = `the record is in a batch (${where}${compression ? `, ${compression}` : ''})`;
  const why = reasonOf(error);
  if (error instanceof UnpacksTooLarge || error instanceof TooManyRecords) {
    return rejectionFor('too_large_batch', `${what} that ${why}, so Asof did not read it`);
  }
  return rejectionFor('damaged_batch', `${what} that is damaged (${why})`);
}

function isShortOfMemory(error: unknown): boolean {
  return error instanceof Error && /allocation failed|out of memory|insufficient memory/i.test(error.message);
}
