import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { type Latency, type Trickle, measureLatency } from '../latency.ts';
import { withTopic } from '../topic.ts';
import { withAsofProject } from './project.ts';
import { withWorkerProcesses } from './workers.ts';

/** Measures the latency of a running stream with one worker. */
export async function asofLatency(topic: string, trigger: string, trickle: Trickle): Promise<Latency> {
  return withTopic(topic, () =>
    withAsofProject(topic, ({ source, pool, environment, withTemporal }) =>
      withWorkerProcesses(1, environment, () =>
        withTemporal(async ({ client, taskQueue }) => {
          const stream = await client.workflow.start('streamFeatures', {
            workflowId: streamWorkflowId(source),
            taskQueue,
            args: [{ source, from: 'earliest', trigger }],
          });
          const latency = await measureLatency(
            topic,
            { pool, table: 'features.user_activity_features' },
            trickle,
          );
          await stream.signal('drain');
          await stream.result();
          return latency;
        }),
      ),
    ),
  );
}
