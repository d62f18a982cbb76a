/** The most digits that a decimal has behind its point. */
export const MOST_SCALE = 60;

/** No decimal that a field holds takes more bytes. */
const MOST_BYTES = 60;

/** The bytes, if they can be those of a decimal. */
export function decimalBytes(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length > 0 && bytes.length <= MOST_BYTES ? bytes : undefined;
}

/** The bytes that a base64 text stands for, if they can be those of a decimal. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (text.length > (MOST_BYTES / 3) * 4) return undefined;
  const bytes = fromBase64(text);
  return bytes === undefined || btoa(bytes) !== text
    ? undefined
    : decimalBytes(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function fromBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/**
 * The decimal whose digits are a whole number in two's complement, the greatest byte first, with `scale` of them
 * behind the point. There must be at least one byte.
 */
export function scaledDecimal(bytes: Uint8Array, scale: number): string {
  const bits = bytes.reduce((read, byte) => (read << 8n) | BigInt(byte), 0n);
  const unscaled = BigInt.asIntN(bytes.length * 8, bits);
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled)
    .replace('-', '')
    .padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
