import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { spineInside } from '../../adapters/files/data-roots.ts';
import { keptSets, makeKept, sha256OfKeptSpine } from '../../adapters/files/kept-files.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../db/training/training-sets.ts';
import { recordVerification } from '../../db/training/verify/verifications.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import type {
  OpenedVerification,
  VerifyTrainingSetInput,
  VerifyTrainingSetResult,
} from '../../schemas/workflows/verify-training-set.ts';
import { reportProgress } from '../shared/progress.ts';
import { keptSpineOf } from './kept-spine-of.ts';
import { withScratch } from './training-set/scratch.ts';
import type { TrainingSetDependencies } from './training-set-activities.ts';
import { verifyTrainingSet } from './verify/verify.ts';

export function createVerificationActivities({ pool, host, roots }: TrainingSetDependencies) {
  return {
    /**
     * Checks the input of `verifyTrainingSet`, and chooses the host that has the spine.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`.
     */
    async openVerification(input: VerifyTrainingSetInput): Promise<OpenedVerification> {
      const parsed = parseInput('verifyTrainingSet', input);
      const stored = await find(parsed.id);
      return { ...parsed, host: parsed.host ?? stored.host ?? host };
    },

    /**
     * Builds a training set again on this worker's host, and compares it with what is registered. Records what came of it.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_PATH_REFUSED`, `ASOF_SPINE_MISSING`,
     * `ASOF_SPINE_DIFFERENT`, `ASOF_DEFINITION_VERSION_GONE`, `ASOF_HISTORY_INCOMPLETE`, and the codes of a build (not retried).
     */
    async rebuildTrainingSet(input: OpenedVerification): Promise<VerifyTrainingSetResult> {
      const { id, spine: given } = parseInput('verifyTrainingSet', input);
      const { kept } = roots;
      const stored = await find(id);
      const spine = await spineInside(roots, given ?? keptSpineOf(kept, stored)).catch((error: unknown) => {
        throw given === undefined ? spineMissing(stored) : error;
      });
      const spineSha256 = await sha256OfKeptSpine(kept, spine);
      await makeKept(keptSets(kept));
      const { workflowExecution, activityId, attempt } = activityInfo();
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const owner = workflowExecution?.runId ?? activityId;
      const result = await withScratch(keptSets(kept), owner, attempt, (scratch) =>
        verifyTrainingSet(
          { stored, spine, spineSha256 },
          { pool, host, scratch, kept, report, signal: cancellationSignal() },
        ),
      );
      await recordVerification(pool, id, { host, same: result.same, differing: result.differing });
      return result;
    },
  };

  async function find(id: string): Promise<StoredTrainingSet> {
    const stored = await findTrainingSet(pool, id);
    if (stored) return stored;
    throw new AsofError('ASOF_TRAINING_SET_UNKNOWN', `there is no training set '${id}'; check the id`, {
      details: { id },
    });
  }

  function spineMissing({ id, manifest: { spine } }: StoredTrainingSet): AsofError {
    return new AsofError(
      'ASOF_SPINE_MISSING',
      `the spine that training set ${id} was built from is not kept on the host '${host}'. Give the file ('${spine.path}' then) with ` +
        '--spine (spine in a program or a workflow), or name the host that has it with host; it is checked by its hash',
      { details: { id, host } },
    );
  }
}
