import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type StackLayout, stackLayout } from '../stack/layout.ts';
import { type Progress, reporterFor } from '../stack/progress.ts';
import { type Software, install } from '../stack/software/software.ts';

/** Installs a rival into `~/.cache/asof/bench` unless it is installed. Resolves to its folder. */
export async function installRival(
  name: string,
  software: Software,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<string> {
  const layout = benchLayout();
  mkdirSync(layout.software, { recursive: true });
  return install(layout, software, { reporter: reporterFor(name, progress), signal });
}

/** The software of the rivals has a folder of its own, apart from Asof's servers. */
function benchLayout(): StackLayout {
  const layout = stackLayout();
  return { ...layout, software: join(dirname(layout.software), 'bench') };
}
