import { openRegularFile } from '../../../adapters/files/regular-file.ts';
import { uploadArtifact } from '../../../adapters/mlflow/artifacts.ts';
import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import { artifactsOfRun } from '../../../adapters/mlflow/runs.ts';
import { shortened } from '../../../domain/errors/shortened.ts';
import { evaluationPictures } from '../../../domain/training/evaluation/pictures.ts';
import { evaluationTables } from '../../../domain/training/evaluation/tables.ts';
import { evaluationFileSchema } from '../../../schemas/workflows/evaluation-file.ts';
import { reportProgress } from '../../shared/progress.ts';

/** The folder of the pictures and tables among the artifacts of a run. */
const FOLDER = 'evaluation';
const MOST_BYTES = 20_000_000;
const MOST_OF_A_PROBLEM = 500;

/**
 * Draws what the training has evaluated, and logs the pictures and tables as artifacts of the run. A file that
 * cannot be read so loses no model: a tag of the run says why there are no pictures.
 *
 * @param path the file with the evaluation. It may be missing.
 * @returns the tags of the run by which MLflow shows the tables.
 */
export async function logEvaluation(
  mlflow: MlflowClient,
  runId: string,
  path: string,
  metrics: Readonly<Record<string, number>>,
): Promise<Record<string, string>> {
  const text = await evaluationText(path);
  if (text === undefined) return {};
  const { data: evaluation, error } = evaluationFileSchema.safeParse(text);
  if (!evaluation) {
    const [issue] = error.issues;
    const problem = `${issue!.path.join('.')}: ${issue!.message}`;
    return { 'asof.evaluation': `not drawn: ${shortened(problem, MOST_OF_A_PROBLEM)}` };
  }
  const pictures = evaluationPictures(evaluation, metrics);
  const tables = evaluationTables(evaluation, metrics);
  const files = [
    ...pictures.map(({ path: name, svg }) => [name, svg] as const),
    ...tables.map(({ path: name, columns, data }) => [name, JSON.stringify({ columns, data })] as const),
  ];
  const root = await artifactsOfRun(mlflow, runId);
  for (const [name, content] of files) {
    reportProgress({ uploading: `${FOLDER}/${name}` });
    await uploadArtifact(mlflow, root, `${FOLDER}/${name}`, Buffer.from(content));
  }
  const shown = tables.map(({ path: name }) => ({ path: `${FOLDER}/${name}`, type: 'table' }));
  return shown.length === 0 ? {} : { 'mlflow.loggedArtifacts': JSON.stringify(shown) };
}

/** Undefined if there is no file. A user's own trainer may have put anything else there. */
async function evaluationText(path: string): Promise<string | undefined> {
  try {
    await using file = await openRegularFile(path);
    const { size } = await file.stat();
    return size > MOST_BYTES ? '' : await file.readFile('utf8');
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (syscall === 'open') return '';
    throw error;
  }
}
