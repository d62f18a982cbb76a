export type RejectionReason =
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
  | 'ahead_of_kafka_time';

/** Why a record is a dead letter: a reason code, and a text that names the field. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}
