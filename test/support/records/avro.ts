import avsc, { type Schema } from 'avsc';

/** The bytes of a value, written by avsc itself. */
export function encodeAvro(schema: Schema, value: unknown): Buffer {
  const long = avsc.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (whole: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(whole);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (whole: unknown) => typeof whole === 'bigint',
    compare: (a: bigint, b: bigint) => Number(a > b) - Number(a < b),
  });
  const typeHook = (one: Schema) =>
    one === 'long' || (one as { readonly type?: unknown }).type === 'long' ? long : undefined;
  return avsc.Type.forSchema(schema, { wrapUnions: true, typeHook }).toBuffer(value);
}

/** A value behind the byte 0 and the id of its schema. */
export function framed(id: number, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, body]);
}
