import { expect, test } from 'vitest';
import { createHostActivities } from '../../../../activities/training/host-activities.ts';

test('work on files of a host without a worker fails by name, and says where to start one', async () => {
  const polled = ['asof@here', 'asof@here-training'];
  const activities = createHostActivities({
    host: 'here',
    taskQueue: 'asof',
    pollers: (queue) => Promise.resolve(polled.includes(queue) ? 1 : 0),
  });
  await activities.findHostWorker('here');
  await activities.findTrainingWorker('here');
  await expect(activities.findHostWorker('there')).rejects.toMatchObject({
    code: 'ASOF_HOST_WORKER_MISSING',
    kind: 'unavailable',
    message: expect.stringMatching(/on the host 'there'.*'asof@there'.*asof worker.*ASOF_HOST/) as string,
  });
  await expect(activities.findTrainingWorker('there')).rejects.toMatchObject({
    code: 'ASOF_TRAINING_WORKER_MISSING',
  });
});
