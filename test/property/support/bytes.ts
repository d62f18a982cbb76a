import fc from 'fast-check';

/** The key or the value of a record: up to `maxLength` bytes, or null. */
export function bytesOrNull(maxLength: number): fc.Arbitrary<Buffer | null> {
  return fc.option(
    fc.uint8Array({ maxLength }).map((value) => Buffer.from(value)),
    { nil: null },
  );
}
