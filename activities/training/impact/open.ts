import { loadTableEngine } from '../../../db/engine/load-engine.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { lastWrite } from '../../../db/training/impact/last-write.ts';
import { builtSets } from '../../../db/training/impact/sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type {
  AssessImpactInput,
  ImpactQuestion,
  OpenedImpact,
} from '../../../schemas/workflows/assess-impact.ts';
import { parseInput } from '../../../schemas/workflows/inputs.ts';

/**
 * Checks the input of `assessImpact`, and finds the training sets that it is about. An assessment leaves out those whose
 * rule is `ignore`.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN` (not retried).
 */
export async function openImpact(
  pool: Pool,
  ownHost: string,
  input: AssessImpactInput | undefined,
): Promise<OpenedImpact> {
  const { late, write, since, table, listed } = parseInput('assessImpact', input);
  const through = await lastWrite(pool);
  const question = ((): ImpactQuestion => {
    if (late) return { kind: 'late', table: late.table, from: late.from ?? null, to: late.to ?? null };
    if (write !== undefined) return { kind: 'writes', after: String(BigInt(write) - 1n), through: write };
    return since === undefined ? { kind: 'assessment', through } : { kind: 'writes', after: since, through };
  })();
  if (question.kind === 'late') await loadTableEngine(pool, question.table);
  if (question.kind === 'writes') requireWritten(question, through);
  const registry = await loadRegistry(pool);
  const sets = await builtSets(pool, late?.table ?? table);
  const asked = sets.filter(({ name }) => {
    const rule = registry.find('training_set', name)?.onCorrection;
    return question.kind !== 'assessment' || rule !== 'ignore';
  });
  const byHost = new Map<string, string[]>(question.kind === 'assessment' ? [] : [[ownHost, []]]);
  for (const { id, host } of asked) {
    const name = host ?? ownHost;
    byHost.set(name, [...(byHost.get(name) ?? []), id]);
  }
  return { question, listed, hosts: [...byHost].map(([host, ids]) => ({ host, sets: ids })) };
}

function requireWritten({ after, through }: Extract<ImpactQuestion, { kind: 'writes' }>, last: string): void {
  if (BigInt(after) >= 0n && BigInt(after) <= BigInt(last) && BigInt(through) <= BigInt(last)) return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `there is no such write: the sequences of writes go from 1 to ${last} (asof.writes)`,
    { details: { after, through, last } },
  );
}
