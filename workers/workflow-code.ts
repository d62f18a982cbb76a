import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

let bundle: Promise<{ readonly code: string }> | undefined;

/** The code of all workflows, with what checks their arguments. Made once for all workers of a process. */
export function workflowCode(): Promise<{ readonly code: string }> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: pathOf('index'),
    workflowInterceptorModules: [pathOf('shared/check-arguments')],
    payloadConverterPath: pathOf('shared/payload-converter'),
    // Loaded once for all workflows: each would take some 30 ms to load it for itself.
    preloadModules: ['zod'],
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(`../workflows/${module}.ts`, import.meta.url));
}
