import type { EventSourceDefinition } from './definition.ts';

/**
 * The name of a source's raw event table in the schema `events`: the name of the source with `_` for `-` and
 * `.`.
 */
export function relationName({ name }: Pick<EventSourceDefinition, 'name'>): string {
  return name.replaceAll(/[.-]/g, '_');
}
