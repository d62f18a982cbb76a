import type { ProcessRecord } from './record.ts';
import type { ProcessEntry } from './table.ts';

/**
 * All living processes that a recorded process started: its descendants and its process group, even if the
 * process itself is dead. The system does not reuse a group's id while the group has members. So if another
 * process than the recorded one has its pid, that pid's group does not belong to the record.
 */
export function familyOf(
  record: Pick<ProcessRecord, 'pid' | 'startedAt'>,
  table: readonly ProcessEntry[],
): ProcessEntry[] {
  const holder = table.find(({ pid }) => pid === record.pid);
  if (holder && holder.startedAt !== record.startedAt) return [];
  const family = table.filter(({ pid, group }) => pid === record.pid || group === record.pid);
  return withDescendants(family, table);
}

function withDescendants(ancestors: ProcessEntry[], table: readonly ProcessEntry[]): ProcessEntry[] {
  const known = new Set(ancestors.map(({ pid }) => pid));
  const found = [...ancestors];
  for (const ancestor of found) {
    for (const child of table) {
      if (child.parent !== ancestor.pid || known.has(child.pid)) continue;
      known.add(child.pid);
      found.push(child);
    }
  }
  return found;
}
