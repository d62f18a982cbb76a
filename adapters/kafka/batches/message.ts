import type { KafkaMessage } from 'kafkajs';
import type { Rejection } from '../../../domain/log/rejection.ts';

/** What kafkajs asks of a message to leave out the records of aborted transactions. */
export interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

/** Offsets whose records cannot be read, from `from` to the offset of the message. */
export interface Unreadable {
  readonly from: bigint;
  readonly rejection: Rejection;
}

/**
 * A message as kafkajs's consumer takes it from a decoder. Beside records there are two kinds that stand for
 * no record: one in place of a batch that cannot be read, and one at the end of each batch. kafkajs hands a
 * fetch over only if a message is left after it has taken out control records and aborted ones. The end of a
 * batch is always left, so each fetch arrives, with the offset that it was fetched from.
 */
export interface DecodedMessage {
  readonly offset: string;
  /** In ms since 1970. Undefined in message format v0, which has none. */
  readonly timestamp: string | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: ReadonlyMap<string, Buffer | null> | undefined;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly unreadable?: Unreadable;
  readonly isEnd?: true;
}

/** A message of kafkajs with what its types lack. */
export function decoded(message: KafkaMessage): DecodedMessage {
  return message as unknown as DecodedMessage;
}

/** Whether the message is a record, and not one of those that stand for none. */
export function isRecord(message: KafkaMessage): boolean {
  const { isEnd, unreadable } = decoded(message);
  return !isEnd && !unreadable;
}

/** The context of what is in no transaction. */
export const OUTSIDE: BatchContext = { producerId: '-1', inTransaction: false };

/** The message at the end of a batch whose last offset is `offset`. */
export function endOfBatch(offset: bigint): DecodedMessage {
  return { ...standIn(String(offset), undefined), batchContext: OUTSIDE, isEnd: true };
}

/** A message without key and value. */
export function standIn(offset: string, timestamp: string | undefined): Omit<DecodedMessage, 'batchContext'> {
  return { offset, timestamp, key: null, value: null, isControlRecord: false };
}
