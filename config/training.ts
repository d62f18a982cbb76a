import { join } from 'node:path';
import { cacheFolder, stackLayout } from '../stack/layout.ts';
import { childEnvironment } from '../stack/processes/child-environment.ts';
import { pythonBinary, pythonSoftware } from '../stack/software/python.ts';
import { softwarePath } from '../stack/software/software.ts';

/** The Python that trains models: `ASOF_PYTHON`, or that of the native stack. The file may not exist. */
export function trainingPython(): string {
  return process.env.ASOF_PYTHON ?? pythonBinary(softwarePath(stackLayout(), pythonSoftware));
}

/** The environment of that Python: it talks to Temporal alone, and needs no secret. */
export function trainingEnvironment(): NodeJS.ProcessEnv {
  return childEnvironment('training');
}

/** Has a folder for each training that runs on this host, for its user alone. */
export function trainingsFolder(): string {
  return join(cacheFolder(), 'trainings');
}
