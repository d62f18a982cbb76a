/** The most that one compressed batch may unpack to. A batch of 1 MiB can be made to unpack to 32 GiB. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** Says that compressed bytes would unpack to more than {@link MAX_UNPACKED_BYTES}. */
export class UnpacksTooLarge extends Error {
  constructor() {
    super(`unpacks to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MiB`);
  }
}

/** @throws UnpacksTooLarge */
export function requireUnpackable(unpackedBytes: number): void {
  if (unpackedBytes > MAX_UNPACKED_BYTES) throw new UnpacksTooLarge();
}
