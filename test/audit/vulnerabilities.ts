import { z } from 'zod';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const refusalSchema = z.object({ message: z.string() });

/** What `npm audit --json` says: the severe vulnerabilities, or why the registry gave no answer. */
export type Vulnerabilities = { readonly severe: readonly string[] } | { readonly unanswered: string };

const SEVERE = ['high', 'critical'];

export function vulnerabilities(output: string): Vulnerabilities {
  const answer = parsed(output);
  const report = reportSchema.safeParse(answer).data;
  if (!report) return { unanswered: refusalSchema.safeParse(answer).data?.message ?? 'it sent no report' };
  const found = Object.entries(report.vulnerabilities).filter(([, { severity }]) =>
    SEVERE.includes(severity),
  );
  return { severe: found.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`) };
}

function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
