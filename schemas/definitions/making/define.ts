import type { z } from 'zod';
import { quoted } from '../../../domain/errors/quoted.ts';
import { definitionKinds } from '../../../domain/registry/definition-kinds.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import { parseOrThrow } from '../../values/parse.ts';
import { isCollecting, noteProblem } from '../../values/problems.ts';
import { type StandIns, mended } from './mend.ts';
import { type Parts, originate, partAt } from './origin.ts';
import { pathText } from './problem-paths.ts';
import { using } from './uses.ts';

/** What a function of the language was given, beside the definition that it makes of it. */
interface Given {
  /** The definitions and lookups that the definition names. */
  readonly uses?: readonly object[];
  /** What users declare by calls of their own, such as features, by the member of the definition that holds them. */
  readonly parts?: Parts;
  readonly standIns?: StandIns;
}

/**
 * The definition that a value is. While modules are loaded, the problems of a value that is none are noted, and what
 * is right of it stands for it, so that what uses it is checked too.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function define<D extends Definition>(
  schema: z.ZodType<D>,
  value: { readonly kind: D['kind']; readonly name: string; readonly [option: string]: unknown },
  { uses = [], parts = {}, standIns = {} }: Given = {},
): { readonly definition: D } {
  const title = `${definitionKinds[value.kind].title} ${quoted(value.name)}`;
  const call = new Error();
  if (!isCollecting()) {
    const definition = parseOrThrow(schema, value, 'ASOF_DEFINITION_INVALID', title);
    return originate(using({ definition }, ...uses), { call, parts });
  }
  const { issues, rest } = mended(schema, value, standIns);
  for (const { path, message } of issues) {
    const place = partAt(path, value, parts) ?? call;
    noteProblem(place, { definition: title, path: pathText(path, value), message });
  }
  const definition = rest ?? (value as unknown as D);
  const made = using({ definition }, ...uses);
  if (issues.length === 0) return originate(made, { call, parts });
  return originate(made, { call, parts, state: rest ? 'mended' : 'invalid' });
}
