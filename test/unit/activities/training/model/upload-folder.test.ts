import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uploadFolder } from '../../../../../activities/training/model/upload-folder.ts';
import { createMlflow } from '../../../../../adapters/mlflow/client.ts';

test('a file of the model that is not as Python wrote it is never uploaded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-model-'));
  await writeFile(join(folder, 'model.onnx'), 'another model');
  const sha256 = createHash('sha256').update('the model').digest('hex');
  const files = [{ path: 'model.onnx', bytes: 9, sha256 }];
  const logged = { modelId: 'm-1', artifactUri: 'mlflow-artifacts:/1/m-1', runId: 'r-1' };
  // Nothing listens there: an upload would fail otherwise.
  const mlflow = createMlflow({ uri: 'http://127.0.0.1:1' });
  await expect(uploadFolder(mlflow, { folder, files }, logged)).rejects.toMatchObject({
    code: 'ASOF_MODEL_FILE_CHANGED',
    kind: 'input',
  });
  await rm(folder, { recursive: true });
});
