import * as asof from 'asof';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';

/** The definition of the event source that a written module exports. The module must import from `asof` alone. */
export function evaluated(typescript: string): EventSourceDefinition {
  const [, imported, body] = /^import \{ (.*) \} from 'asof';\n([^]*)$/.exec(typescript)!;
  const names = imported!.split(', ');
  // The written text has no types, so it is JavaScript too.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function(...names, body!.replace(/^export const \w+ =/m, 'return')) as (
    ...values: unknown[]
  ) => { readonly definition: EventSourceDefinition };
  return run(...names.map((name) => asof[name as keyof typeof asof])).definition;
}
