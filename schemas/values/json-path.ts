import type { JsonPath } from '../../domain/registry/definition.ts';

const STEP = /(?<name>[^.[\]]+)|\[(?<index>\d+)\]/gy;

/**
 * Parses a path such as `context.user.id`, `items[0].sku` or `@timestamp`. Undefined if it is none. A member
 * with a dot or a bracket in its name needs the path as a list.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: (string | number)[] = [];
  for (let at = 0; at < text.length; at = STEP.lastIndex) {
    if (text[at] === '.' && at > 0) at += 1;
    STEP.lastIndex = at;
    const step = STEP.exec(text)?.groups;
    if (!step) return undefined;
    const isAfterName = at > 0 && text[at - 1] !== '.';
    if (step.name !== undefined && isAfterName) return undefined;
    steps.push(step.name ?? Number(step.index));
  }
  return steps.length > 0 ? steps : undefined;
}
