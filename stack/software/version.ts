/** Whether a version is at least another one, compared number by number: 1.10 is at least 1.9. */
export function isAtLeast(found: string, least: string): boolean {
  const [have, need] = [numbers(found), numbers(least)];
  for (const [index, wanted] of need.entries()) {
    const given = have[index] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
}

/** Whether a version is the expected one or a patch of it: 17.12 is a release of 17, and 8.0.2 of 8.0. */
export function isReleaseOf(found: string, expected: string): boolean {
  return numbers(expected).every((wanted, index) => numbers(found)[index] === wanted);
}

/** The upstream version in a Debian version: 8.0.2 for `5:8.0.2-3+deb13u3`. */
export function upstreamVersion(debian: string): string {
  return /^(?:\d+:)?([\d.]+\d)/.exec(debian)?.[1] ?? debian;
}

function numbers(version: string): number[] {
  return version.split('.').map(Number);
}
