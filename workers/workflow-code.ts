import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, type LogEntry, bundleWorkflowCode } from '@temporalio/worker';
import { workflowCodeFolder } from '../config/workflow-code.ts';
import { AsofError, reasonOf } from '../domain/errors/asof-error.ts';
import { keptCode } from './kept-code.ts';

/** The code of all workflows, or the file that has it. */
type WorkflowCode = { readonly code: string } | { readonly codePath: string };

let bundle: Promise<WorkflowCode> | undefined;

/**
 * The code of all workflows, with what checks their arguments. The package brings it. Otherwise it is made once
 * for all workers that have the same sources.
 *
 * @throws AsofError `ASOF_WORKFLOWS_UNREADABLE`.
 */
export function workflowCode(): Promise<WorkflowCode> {
  bundle ??= existsSync(packed) ? Promise.resolve({ codePath: packed }) : kept();
  return bundle;
}

const workflows = fileURLToPath(new URL('../workflows', import.meta.url));

/** Where `npm pack` puts the code that it makes, beside the modules that it is made of. */
const packed = join(workflows, 'workflows.cjs');

/** All that the bundle is made of: the layers that workflows may import, the packages, and how it is made. */
const SOURCES = ['workflows', 'schemas', 'domain', 'package-lock.json', 'workers/workflow-code.ts'].map(
  (path) => join(workflows, '..', path),
);

async function kept(): Promise<WorkflowCode> {
  return { code: await keptCode(workflowCodeFolder(), SOURCES, bundleApart) };
}

const bundler = fileURLToPath(new URL('../bin/bundle-workflows.mjs', import.meta.url));

async function bundleApart(): Promise<string> {
  const child = fork(bundler, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  const { code, problem = 'the process that bundles the workflows ended. Try again' } = Object(answer) as {
    readonly code?: string;
    readonly problem?: string;
  };
  if (code === undefined) throw new AsofError('ASOF_WORKFLOWS_UNREADABLE', problem);
  return code;
}

/**
 * Bundles the workflows from their sources in a folder.
 *
 * @throws AsofError `ASOF_WORKFLOWS_UNREADABLE` with the first thing that the bundler says.
 */
export async function bundleWorkflows(folder = workflows): Promise<{ readonly code: string }> {
  const said: string[] = [];
  try {
    return await bundleWorkflowCode({
      workflowsPath: join(folder, 'index.ts'),
      workflowInterceptorModules: [join(folder, 'shared/check-arguments.ts')],
      payloadConverterPath: join(folder, 'shared/payload-converter.ts'),
      // Loaded once for all workflows: each would take some 30 ms to load it for itself.
      preloadModules: ['zod'],
      logger: new DefaultLogger('ERROR', ({ message }: LogEntry) => said.push(message)),
      // Omitted, the code would name the folders of the machine that made it.
      webpackConfigHook: (config) => ({
        ...config,
        output: { ...config.output, devtoolModuleFilenameTemplate: '[resource-path]' },
      }),
    });
  } catch (error) {
    const why = /^(ERROR in|Module).*(\n.+)?/m.exec(said.join('\n'))?.[0] ?? reasonOf(error);
    throw new AsofError(
      'ASOF_WORKFLOWS_UNREADABLE',
      `cannot bundle the workflows in '${folder}': ${why}. Install asof again`,
      { cause: error },
    );
  }
}
