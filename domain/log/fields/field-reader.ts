import type { EventSourceDefinition, FieldDefinition } from '../../registry/definition.ts';
import type { FieldValue, InvalidField } from '../event.ts';
import { jsonText } from '../json/json-text.ts';
import type { RecordContent } from '../json/record-content.ts';
import { Rejected } from '../rejected.ts';
import { type Locator, locator } from './locate.ts';
import { Misfit } from './misfit.ts';
import { valueReader } from './read-value.ts';

/** What is kept of a value that does not fit, in bytes. */
const MOST_KEPT = 1_024;

/** Reads one field of a record. */
export interface FieldReader {
  readonly field: FieldDefinition;
  /** The value. Null: nothing is there. A {@link Misfit}: what is there does not fit. */
  readonly read: (content: RecordContent) => FieldValue | Misfit;
  /**
   * The value as an event holds it. What does not fit becomes null and joins `invalid`, where the source
   * allows it.
   *
   * @throws Rejected
   */
  readonly take: (content: RecordContent, invalid: InvalidField[]) => FieldValue;
}

/** The beginning of what stands at a field's place, or on the way to it. */
function keptOf(place: Locator, content: RecordContent): string {
  const plain = place.find(content);
  const found = typeof plain === 'string' ? plain : place.findExact(content);
  const value = found instanceof Misfit ? found.onTheWay : found;
  return jsonText(value, MOST_KEPT);
}

export function fieldReader(source: EventSourceDefinition, field: FieldDefinition): FieldReader {
  const { name, required } = field;
  const place = locator(field);
  const isEventTime = name === source.eventTime;
  const readValue = valueReader(field, { isEventTime, exact: place.findExact });
  const isNullable = !required && source.invalid !== 'dead_letter';

  const read = (content: RecordContent): FieldValue | Misfit => {
    const value = place.find(content);
    if (value === null || value instanceof Misfit) return value;
    if (required && value === '') return null;
    return readValue(value, content);
  };

  return {
    field,
    read,
    take(content, invalid) {
      const value = read(content);
      if (value instanceof Misfit) {
        if (!isNullable) throw new Rejected(value.reason, value.problem);
        invalid.push({ field: name, json: keptOf(place, content) });
        return null;
      }
      if (value === null && required)
        throw new Rejected('missing_field', `required field ${name} is missing`);
      return value;
    },
  };
}
