/** Compares versions number by number: 1.10 is at least 1.9. */
export function isAtLeast(found: string, least: string): boolean {
  const [have, need] = [numbers(found), numbers(least)];
  for (const [place, wanted] of need.entries()) {
    const given = have[place] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
}

/** Whether a version is the expected one or a later patch of it: 17.12 is a 17, 8.0.2 is an 8.0. */
export function isReleaseOf(found: string, expected: string): boolean {
  return numbers(expected).every((wanted, place) => numbers(found)[place] === wanted);
}

/** The upstream version in a Debian one: `5:8.0.2-3+deb13u3` is 8.0.2. */
export function upstreamVersion(debian: string): string {
  return /^(?:\d+:)?([\d.]+\d)/.exec(debian)?.[1] ?? debian;
}

function numbers(version: string): number[] {
  return version.split('.').map(Number);
}
