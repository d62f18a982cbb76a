import {
  type ConverterHint,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
  defaultPayloadConverter,
} from '@temporalio/common';

/** An argument that is no JSON, or of an encoding that Asof does not know. */
export class Undecodable {}

/**
 * Decodes what callers send to a workflow. What cannot be decoded becomes an {@link Undecodable}, which the
 * check of the arguments refuses: an error here would fail the workflow's task, which Temporal repeats forever.
 * The results of activities are Asof's own, and decode.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<Value>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<Value>): Value {
    try {
      return defaultPayloadConverter.fromPayload<Value>(payload, context, hint);
    } catch (error) {
      if (context?.type !== 'workflow') throw error;
      return new Undecodable() as Value;
    }
  },
};
