import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { serverVariables } from '../../../stack/servers/server.ts';

/** Gives each test its own cache folder and an environment that names no server. */
export function useTemporaryCache(): { path: () => string } {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'asof-stack-'));
    vi.stubEnv('ASOF_CACHE', path);
    for (const variable of [
      ...serverVariables,
      'ASOF_STACK',
      'ASOF_PORT_BASE',
      'ASOF_STACK_WITH',
      'ASOF_SERVING_URL',
    ])
      vi.stubEnv(variable, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(path, { recursive: true, force: true });
  });
  return { path: () => path };
}
