import type { ParsedJson } from '../json/json-document.ts';
import { Rejected } from '../rejected.ts';
import { type Frame, frameOf } from './frame.ts';
import { beginsAsJson, noFrame } from './json-bytes.ts';
import type { WriterSchemas } from './writer-schemas.ts';

/**
 * Reads a value that is Avro behind the id of the schema with which it was written.
 *
 * @throws Rejected
 */
export function readAvro(bytes: Uint8Array, schemas: WriterSchemas): ParsedJson {
  const frame = frameOf(bytes);
  if (!frame) throw noFrame(bytes, 'Avro');
  const tree = readBody(frame, schemas);
  return { plain: tree, exact: tree };
}

/** The key of a record: what it holds if it is Avro, otherwise its bytes. */
export function readAvroKey(key: Uint8Array | null, schemas: WriterSchemas): unknown {
  const frame = key === null ? undefined : frameOf(key);
  if (!frame) return key;
  try {
    return readBody(frame, schemas);
  } catch (error) {
    if (error instanceof Rejected) return key;
    throw error;
  }
}

function readBody({ schemaId, body }: Frame, schemas: WriterSchemas): unknown {
  const schema = schemas.of(schemaId);
  if (!schema)
    throw new Error(`schema ${schemaId} was not fetched before a record that names it was decoded`);
  if ('reason' in schema) throw new Rejected(schema.reason, schema.problem);
  try {
    return schema.read(body);
  } catch (error) {
    const found = beginsAsJson(body) ? ', and looks like JSON' : '';
    throw new Rejected(
      'not_avro',
      `the value was not written with schema ${schemaId}, which it names${found}: ${(error as Error).message}`,
    );
  }
}
