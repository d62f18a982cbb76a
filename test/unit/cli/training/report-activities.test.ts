import { afterEach, expect, test, vi } from 'vitest';
import { reportActivities } from '../../../../cli/training/report-activities.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('each step of an activity is reported once, and each failure', () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const report = reportActivities('model m');
  report([]);
  report([activity({ details: null })]);
  report([activity({ details: { step: 'writing Parquet' } })]);
  report([activity({ details: { step: 'writing Parquet' } })]);
  report([activity({ details: { stage: 'training', trees: 20, of: 300 } })]);
  report([activity({ details: { stage: 'training', trees: 20, of: 300 }, failure: 'the worker died' })]);
  report([activity({ details: { uploading: 'model.onnx' } })]);
  expect(lines).toEqual([
    'model m: writing Parquet\n',
    'model m: training: 20 of 300 trees\n',
    'model m: trying again: the worker died\n',
  ]);
});

function activity({ details, failure = null }: { details: unknown; failure?: string | null }) {
  return { activity: 'train_classifier', attempt: 1, details, failure };
}
