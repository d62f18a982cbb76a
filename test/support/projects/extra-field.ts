import { applyDefinition } from '../../../db/apply/apply-definition.ts';
import { raiseRevisions } from '../../../db/commits/source-revisions.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import { definitionSet } from '../../../schemas/definitions/definition-set.ts';
import type { Project } from './project.ts';

/**
 * Gives the source a field `extra` of type double, or removes the field (null). Records with a text in
 * `extra` are dead letters only while the source has the field. Values that do not fit make dead letters from
 * then on.
 */
export async function withExtra({ pool, source }: Project, type: 'double' | null): Promise<void> {
  const before = (await loadRegistry(pool)).source(source);
  const others = before.fields.filter(({ name }) => name !== 'extra');
  const fields = type ? [...others, { name: 'extra', type, required: false }] : others;
  const set = definitionSet([{ ...before, fields, invalid: 'dead_letter' }]);
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source]);
    await applyDefinition(client, set.source(source), 'change', set);
  });
}
