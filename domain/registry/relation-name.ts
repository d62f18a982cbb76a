import type { EventSourceDefinition } from './definition.ts';

/** The raw event table of a source within the schema `events`: its name with `-` and `.` as `_`. */
export function relationName({ name }: EventSourceDefinition): string {
  return name.replaceAll(/[.-]/g, '_');
}
