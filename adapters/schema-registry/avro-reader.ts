import avsc, { type Schema, type Type } from 'avsc';
import { LOGICAL_TYPES } from './logical-types.ts';
import { longType } from './long-type.ts';
import { treeOf } from './value-tree.ts';

/**
 * A reader of the values that a schema wrote, and that schemas to which it refers wrote within them.
 *
 * @param referenced those schemas, each behind the ones that it refers to itself.
 * @throws Error if a schema is not valid.
 */
export function avroReader(schema: string, referenced: readonly string[]): (bytes: Uint8Array) => unknown {
  const options = {
    // The names that schemas have defined so far.
    registry: {} as Record<string, Type>,
    logicalTypes: LOGICAL_TYPES,
    typeHook: longType,
    // A branch that is not wrapped can be taken for another one.
    wrapUnions: true,
  };
  for (const text of referenced) avsc.Type.forSchema(parsedSchema(text), options);
  const type = avsc.Type.forSchema(parsedSchema(schema), options);
  const toTree = treeOf(type);
  return (bytes) => toTree(type.fromBuffer(bufferOf(bytes)));
}

/** Defaults are for readers with a schema of their own; older registries took such as do not fit. */
function parsedSchema(text: string): Schema {
  return JSON.parse(text, (name, value: unknown) => (name === 'default' ? undefined : value)) as Schema;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
