import kafkajs from 'kafkajs';
import { withAdmin } from '../../../adapters/kafka/topics.ts';
import type { Project } from './project.ts';

/** Gives the topic of a project other settings, such as `message.timestamp.type`. */
export async function configureTopic(
  { kafka, source }: Pick<Project, 'kafka' | 'source'>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: source, configEntries };
  await withAdmin(kafka, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
}
