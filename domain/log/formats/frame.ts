/** What clients of a schema registry write: the byte 0, the id of a schema in four bytes, and the value. */
export interface Frame {
  readonly schemaId: number;
  readonly body: Uint8Array;
}

const FRAME_BYTES = 5;

/** Whether bytes begin as those of a client of a schema registry do. */
export function isFramed(bytes: Uint8Array): boolean {
  return bytes[0] === 0;
}

/** Undefined if the bytes are not framed, or end within the frame. */
export function frameOf(bytes: Uint8Array): Frame | undefined {
  if (!isFramed(bytes) || bytes.length < FRAME_BYTES) return undefined;
  const schemaId = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1);
  return { schemaId, body: bodyOf(bytes) };
}

/** What stands behind the frame. */
export function bodyOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(FRAME_BYTES);
}
