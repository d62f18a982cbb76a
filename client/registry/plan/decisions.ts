import type { Decision, GoneDefinition, PlannedChange } from './apply-plan.ts';

/** What somebody must decide: what is refused, what deletes data, what touches something in use, and what is gone. */
export function decisionsOf(
  changes: readonly PlannedChange[],
  gone: readonly GoneDefinition[],
): readonly Decision[] {
  return [
    ...changes.flatMap(decisionsAbout),
    ...gone.map(({ what, remove }) => ({
      reason: 'gone' as const,
      what,
      why: `it is not among the definitions, and goes on; remove it with: ${remove}`,
    })),
  ];
}

function decisionsAbout({ what, refused, options, touches }: PlannedChange): Decision[] {
  const users = [
    ...touches.models.filter(({ inUse }) => inUse).map(({ model, version }) => `model ${model}/${version}`),
    ...touches.endpoints.map((name) => `endpoint ${name}`),
  ];
  return [
    ...(refused === null ? [] : [{ reason: 'refused' as const, what, why: refused }]),
    ...options.flatMap(({ option, deletes }) =>
      deletes === undefined
        ? []
        : [{ reason: 'deletes' as const, what, why: `${option} deletes ${deletes}` }],
    ),
    ...(users.length === 0
      ? []
      : [{ reason: 'in_use' as const, what, why: `made of it and in use: ${users.join(', ')}` }]),
  ];
}
