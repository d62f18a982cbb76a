import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of definitions: `ASOF_DEFINITIONS`, or the example that is part of Asof. */
export function definitionsFolder(): string {
  const example = fileURLToPath(new URL('../examples/churn/definitions', import.meta.url));
  return process.env.ASOF_DEFINITIONS ?? relative(process.cwd(), example);
}
