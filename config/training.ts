import { stackLayout } from '../stack/layout.ts';
import { pythonBinary, pythonSoftware } from '../stack/software/python.ts';
import { softwarePath } from '../stack/software/software.ts';

/** The Python that trains: `ASOF_PYTHON`, or that of the native stack. It need not be there. */
export function trainingPython(): string {
  return process.env.ASOF_PYTHON ?? pythonBinary(softwarePath(stackLayout(), pythonSoftware));
}
