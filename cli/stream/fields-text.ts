import type { SourceFields } from '../../client/index.ts';
import { table } from '../shared/output.ts';

/** The fields that a source has gained, as a table, and what it means for their events and tables. */
export function fieldsText({ source, fields, waiting }: SourceFields): string {
  if (fields.length === 0) return `${source} has gained no field since it was first read: all are complete`;
  const columns = ['field', 'state', 'left', 'filled', 'gone', 'unread', 'deadLetters'] as const;
  const sentences = fields.map(({ field, state, completeFrom }) => {
    if (state === 'filling') return `${field} is being filled by the stream of ${source}`;
    if (completeFrom === null) return `${field} is complete`;
    return `${field} is complete from ${completeFrom} on: earlier events may lack it`;
  });
  const held = waiting.map((name) => `features.${name} joins when the fields that it reads are filled`);
  return [table(fields, columns), ...sentences, ...held].join('\n');
}
