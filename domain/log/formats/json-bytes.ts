import { JsonDocument } from '../json/json-document.ts';
import { Rejected } from '../rejected.ts';
import { bodyOf, isFramed } from './frame.ts';
import { looksLikeFramedProtobuf, looksLikeProtobuf } from './protobuf.ts';

/**
 * Reads a value that is JSON.
 *
 * @throws Rejected
 */
export function readJson(bytes: Uint8Array): JsonDocument {
  if (isFramed(bytes)) {
    const body = bodyOf(bytes);
    if (!beginsAsJson(body)) expectNoProtobuf(looksLikeFramedProtobuf(body));
    throw new Rejected(
      'schema_registry_prefix',
      `the value starts with byte 0, as schema-registry encodings do, and ${beginsAsJson(body) ? 'JSON' : 'binary, such as Avro,'} follows; expected plain JSON`,
    );
  }
  return parsed(bytes, looksLikeProtobuf);
}

/**
 * Reads a value that is JSON behind the frame of a schema registry.
 *
 * @throws Rejected
 */
export function readRegistryJson(bytes: Uint8Array): JsonDocument {
  if (isFramed(bytes)) return parsed(bodyOf(bytes), looksLikeFramedProtobuf);
  throw noFrame(bytes, 'JSON');
}

/** Why a value cannot be read whose format has the frame of a schema registry. */
export function noFrame(bytes: Uint8Array, expected: 'JSON' | 'Avro'): Rejected {
  const found = beginsAsJson(bytes) ? ', and looks like plain JSON' : '';
  return new Rejected(
    'no_schema_registry_prefix',
    `the value does not start with byte 0 and the id of a schema${found}; expected ${expected} of a schema registry`,
  );
}

export function beginsAsJson(bytes: Uint8Array): boolean {
  return bytes[0] === '{'.charCodeAt(0);
}

/** What cannot be read as JSON may be Protobuf, which its reason should say. */
function parsed(bytes: Uint8Array, looksProtobuf: (bytes: Uint8Array) => boolean): JsonDocument {
  try {
    return new JsonDocument(bytes);
  } catch (error) {
    expectNoProtobuf(error instanceof Rejected && !beginsAsJson(bytes) && looksProtobuf(bytes));
    throw error;
  }
}

function expectNoProtobuf(isProtobuf: boolean): void {
  if (isProtobuf) throw new Rejected('protobuf', 'the value looks like Protobuf, which is not read');
}
