import { capture } from '../processes/run.ts';
import { findOnPath } from '../software/tool.ts';

const ANSWERS_WITHIN_MS = 5_000;

/** Whether a Docker engine answers and has the Compose plugin. The `docker` command alone is not enough. */
export async function engineAnswers(): Promise<boolean> {
  const docker = findOnPath('docker');
  if (docker === undefined) return false;
  try {
    await capture(docker, ['version', '--format', '{{.Server.Version}}'], ANSWERS_WITHIN_MS);
    await capture(docker, ['compose', 'version'], ANSWERS_WITHIN_MS);
    return true;
  } catch {
    return false;
  }
}
