/** The wire types of Protobuf, and the bytes that a value takes. Those of groups are long out of use. */
const [VARINT, EIGHT_BYTES, WITH_LENGTH, FOUR_BYTES] = [0, 1, 2, 5];
const MOST_VARINT_BYTES = 10;

/** Whether bytes that are no text are fields in the wire format of Protobuf, from the first byte to the last. */
export function looksLikeProtobuf(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.some(isControl) && isMessage(bytes, 0);
}

/** Whether the bytes behind a frame are the indexes of a message type and a message of Protobuf. */
export function looksLikeFramedProtobuf(body: Uint8Array): boolean {
  const count = varintAt(body, 0);
  if (count === undefined || isNegative(count)) return false;
  // The count 0 stands for the first message type.
  let at = count.end;
  for (let left = count.value / 2; left > 0; left -= 1) {
    const index = varintAt(body, at);
    if (index === undefined || isNegative(index)) return false;
    at = index.end;
  }
  return isMessage(body, at);
}

/** Zigzag: a number is written as its double, a negative one as an odd number. */
function isNegative({ value }: { readonly value: number }): boolean {
  return value % 2 === 1;
}

/** A control character that texts do not have. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
}

function isMessage(bytes: Uint8Array, from: number): boolean {
  let at: number | undefined = from;
  while (at !== undefined && at < bytes.length) at = endOfField(bytes, at);
  return at === bytes.length;
}

/** Where a field ends that begins here. Undefined if none does. */
function endOfField(bytes: Uint8Array, from: number): number | undefined {
  const tag = varintAt(bytes, from);
  if (tag === undefined || tag.value < 8 || tag.value >= 2 ** 32) return undefined;
  const wireType = tag.value % 8;
  if (wireType === VARINT) return varintAt(bytes, tag.end)?.end;
  if (wireType === EIGHT_BYTES) return tag.end + 8;
  if (wireType === FOUR_BYTES) return tag.end + 4;
  const length = wireType === WITH_LENGTH ? varintAt(bytes, tag.end) : undefined;
  return length && length.end + length.value;
}

function varintAt(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from; at < bytes.length && at < from + MOST_VARINT_BYTES; at += 1) {
    const byte = bytes[at]!;
    value += (byte % 128) * 2 ** (7 * (at - from));
    if (byte < 128) return { value, end: at + 1 };
  }
  return undefined;
}
