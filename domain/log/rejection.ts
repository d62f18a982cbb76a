export type RejectionReason =
  | UnreadableReason
  | 'no_kafka_time'
  | 'early_kafka_time'
  | 'no_value'
  | 'schema_registry_prefix'
  | 'not_utf8'
  | 'not_json'
  | 'not_an_object'
  | 'missing_field'
  | 'wrong_type'
  | 'not_a_time'
  | 'number_out_of_range'
  | 'unstorable_text'
  | 'ahead_of_kafka_time'
  | 'behind_kafka_time';

/** Why nothing of a record could be read. Such a record has no bytes that a replay could decode again. */
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

const UNREADABLE_REASONS = ['too_large_batch', 'damaged_batch'] as const;

/** Whether the reason of a dead letter says that nothing of its record could be read. */
export function isUnreadable(reason: string): reason is UnreadableReason {
  return (UNREADABLE_REASONS as readonly string[]).includes(reason);
}

/** Why a record is a dead letter: a reason code, and a text that says what to do or names the field. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}
