const TAKE_EVENT_TIMES =
  "Have the producer set it, or take event times alone with kafkaTimestamps: 'ignore' on the source";

/** What to do about a dead letter, by the reason code. */
const WHAT_TO_DO = {
  too_large_batch: 'Have the producer write these records again in smaller batches',
  damaged_batch:
    "Have the producer write these records again, and check the broker's disk if other consumers cannot read them either",
  no_value: 'If the topic deletes by records without a value, leave it; else correct the producer',
  schema_registry_prefix:
    "If JSON follows the five bytes, set the source's format to 'registry_json', if Avro does, to 'avro'; apply, and replay",
  no_schema_registry_prefix:
    "If the topic holds plain JSON, leave out the source's format, apply, and replay; else have the producer use the serializer of a schema registry",
  protobuf: 'Have the producer, or a connector on the topic, write JSON or Avro',
  unknown_schema:
    'If SCHEMA_REGISTRY_URL is not the registry of the producer, correct it; else register the schema there under its id; then replay',
  not_avro:
    "If JSON follows the id, set the source's format to 'registry_json', apply, and replay; else correct the producer",
  not_utf8: 'Have the producer encode its JSON as UTF-8',
  not_json: 'Correct the producer: one JSON object for each record',
  no_list: "Correct the producer; or set the source's explode to where its lists stand, apply, and replay",
  too_many_elements: 'Have the producer write fewer events to a record',
  envelope_too_long:
    'Have the producer write less beside the list, or leave out the fields that come from the envelope, apply, and replay',
  no_envelope:
    'Leave out the fields that come from the envelope, apply, and replay; or have the producer write the event again',
  not_an_object: 'Have the producer write one JSON object for each record',
  not_a_change:
    "If the topic holds rows without an envelope, leave out the source's unwrap, apply, and replay; else correct the producer",
  missing_field: 'Correct the producer; or make the field optional, apply, and replay',
  wrong_type: "Correct the producer; or change the field's type or how it is read, apply, and replay",
  not_a_time: 'Have the producer write times like 2026-01-31T10:00:00Z',
  wrong_unit: "Set the field's unit to what the producer writes, apply, and replay; or correct the producer",
  number_out_of_range: 'Correct the producer, or send the number as a string in a field of that type',
  list_too_long:
    "Have the producer write fewer or shorter elements; or leave the field out of the source's fields, apply, and replay",
  unstorable_text: 'Have the producer leave such characters out',
  ahead_of_kafka_time: "Correct the producer's clock; or raise maxAhead of the source, apply, and replay",
  behind_kafka_time: "If it is right, raise maxBehind on the source or set it to 'none', apply, and replay",
  no_kafka_time: TAKE_EVENT_TIMES,
  early_kafka_time: TAKE_EVENT_TIMES,
  key_too_long: 'Send a shorter key, such as a hash of this one',
  unstorable: 'Remove what refuses it, such as a constraint or a limit, and replay; or leave it',
} as const;

export type RejectionReason = keyof typeof WHAT_TO_DO;

export const REJECTION_REASONS = Object.keys(WHAT_TO_DO) as RejectionReason[];

/** Why nothing of a record could be read. Such a record has no bytes that a replay could decode again. */
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

const UNREADABLE_REASONS = ['too_large_batch', 'damaged_batch'] as const;

/** Whether the reason of a dead letter says that nothing of its record could be read. */
export function isUnreadable(reason: string): reason is UnreadableReason {
  return (UNREADABLE_REASONS as readonly string[]).includes(reason);
}

/** Why a record is a dead letter: a reason code, and a text that says what is wrong and what to do. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** A rejection whose detail can be stored as text. `problem` says what is wrong, and where. */
export function rejectionFor(reason: RejectionReason, problem: string): Rejection {
  const storable = problem.toWellFormed().replaceAll('\0', '\\0');
  return { reason, detail: `${storable}. ${WHAT_TO_DO[reason]}` };
}
