import type { Pool } from '../../../db/sql/client.ts';
import { type ModelVersion, listModels } from '../../../db/training/models.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import { parseInput } from '../../../schemas/workflows/inputs.ts';
import type { OpenedScore, ScoreBatchInput } from '../../../schemas/workflows/score-batch.ts';

/**
 * Checks the input of `scoreBatch`, and chooses what it leaves open: the newest version of the model, and this
 * worker's host.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_MODEL_UNKNOWN`.
 */
export async function openScore(pool: Pool, host: string, input: ScoreBatchInput): Promise<OpenedScore> {
  const parsed = parseInput('scoreBatch', input);
  const { model, version } = parsed;
  const versions = (await listModels(pool)).filter(({ name }) => name === model);
  const found =
    version === undefined ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
  if (!found) throw unknownVersion(model, version, versions);
  return { ...parsed, version: found.version, host: parsed.host ?? host };
}

function unknownVersion(
  model: string,
  version: number | undefined,
  versions: readonly ModelVersion[],
): AsofError {
  const wanted = version === undefined ? 'no version' : `no version ${version}`;
  const known = versions.map((one) => one.version).join(', ') || 'none';
  return new AsofError(
    'ASOF_MODEL_UNKNOWN',
    `model ${quoted(model)} has ${wanted}; known: ${known}. Train one with the workflow trainModel`,
    { details: { model, version } },
  );
}
