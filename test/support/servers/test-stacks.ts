/** How many test files run at a time, each on servers of its own. */
export const TEST_STACKS = Number(process.env.ASOF_TEST_STACKS ?? 1);

/**
 * The name of the stack for the test files that run one after another in one place.
 *
 * @param place counted from 1.
 */
export function testStack(place: number): string {
  const first = process.env.ASOF_STACK ?? 'test';
  return place === 1 ? first : `${first}-${place}`;
}
