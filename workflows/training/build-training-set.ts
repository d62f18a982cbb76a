import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { giveUpAfter, longWork } from '../shared/activity-options.ts';
import { summary } from '../shared/summary.ts';

const { writeTrainingSet } = proxyActivities<Activities>({
  ...longWork,
  // Two minutes of pauses: a database that is started anew is back by then.
  retry: giveUpAfter(10),
});

/**
 * Builds a training set: spine in, point-in-time correct rows out as Parquet, manifest and hashes in the registry.
 * One activity does it all, since the join works on files of one machine; an attempt that dies leaves neither a half
 * file nor a record, and the next begins anew. Rows never pass through here.
 */
export async function buildTrainingSet(input: BuildTrainingSetInput): Promise<TrainingSetReceipt> {
  const options = { summary: summary(`training set ${input.trainingSet}`) };
  const receipt = await writeTrainingSet.executeWithOptions(options, [input]);
  setCurrentDetails(describe(receipt));
  return receipt;
}

/** What came of it, as Markdown. */
function describe({ id, trainingSet, path, rows, sha256, knowledge, lookups }: TrainingSetReceipt): string {
  return [
    `**${trainingSet}: ${rows} rows, ${id}**`,
    '',
    `- rows: \`${path}\``,
    `- SHA-256 of the canonical rows: \`${sha256}\``,
    `- knowledge cut: write ${knowledge.sequence}, known at ${knowledge.knownAt ?? 'no time, as nothing was ever written'}`,
    ...lookups.map(({ table, found, notFound }) => `- ${table}: ${found} rows found, ${notFound} not found`),
  ].join('\n');
}
