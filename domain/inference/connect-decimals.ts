import { valueAt } from '../log/element-record.ts';
import { MOST_SCALE, bytesOfBase64 } from '../log/fields/decimal-bytes.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import type { EnvelopeDefinition, JsonPath } from '../registry/definition.ts';
import type { ColumnDraft } from './column-draft.ts';
import { scalarText } from './shape.ts';

/** What Kafka Connect calls the schema of a decimal, whose value is the base64 of its bytes. */
const DECIMAL = 'org.apache.kafka.connect.data.Decimal';

/** The digits behind the point of each decimal of an event, by its path as JSON. */
export type DecimalScales = ReadonlyMap<string, number>;

/** The scales that the schemas beside payloads name; those of the last records win. */
export function decimalScales(roots: readonly object[], unwrap: EnvelopeDefinition): DecimalScales {
  const scales = new Map<string, number>();
  for (const root of roots) {
    const schema = valueAt(root, ['schema']);
    const event = unwrap.envelope === 'change' ? fieldsOf(schema).find(isOfRowAfter) : schema;
    collect(event, [], scales);
  }
  return scales;
}

function isOfRowAfter(schema: unknown): boolean {
  return valueAt(schema, ['field']) === 'after';
}

function fieldsOf(schema: unknown): readonly unknown[] {
  const fields = valueAt(schema, ['fields']);
  return Array.isArray(fields) ? fields : [];
}

function collect(schema: unknown, path: JsonPath, scales: Map<string, number>): void {
  for (const field of fieldsOf(schema)) {
    const name = valueAt(field, ['field']);
    if (!isJsonObject(field) || typeof name !== 'string') continue;
    const scale = Number(scalarText(valueAt(field, ['parameters', 'scale'])));
    const isRead = Number.isInteger(scale) && scale >= 0 && scale <= MOST_SCALE;
    if (isRead && valueAt(field, ['name']) === DECIMAL) scales.set(JSON.stringify([...path, name]), scale);
    collect(field, [...path, name], scales);
  }
}

/** The column as a decimal, if the schema says so and its texts can be bytes. */
export function asDecimal(draft: ColumnDraft, scales: DecimalScales): ColumnDraft {
  const scale = scales.get(JSON.stringify(draft.path));
  const areBytes = [...draft.place.texts.keys()].every((text) => bytesOfBase64(text) !== undefined);
  if (scale === undefined || !areBytes) return draft;
  return { ...draft, reading: { type: 'decimal', scale, misfits: 0 } };
}
