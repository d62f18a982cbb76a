import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askKafka } from '../../adapters/kafka/ask-kafka.ts';
import type { PortPlan } from '../ports.ts';
import { java, kafkaClassPath, kafkaSoftware } from '../software/kafka.ts';
import { versions } from '../versions.ts';
import type { Launch, RunHere, Server, ServerLocation } from './server.ts';

export const kafka: Server = {
  name: 'kafka',
  title: `Kafka ${versions.kafka}`,
  variable: 'KAFKA_BROKERS',
  ports: (plan) => ({ broker: plan.kafka, controller: plan.kafkaController }),
  url: (plan) => `127.0.0.1:${plan.kafka}`,
  software: kafkaSoftware,
  runsOn: [java],
  prepare,
  launch,
  ask: askKafka,
};

const properties = 'server.properties';
const logging = { showDateTime: 'true', dateTimeFormat: 'yyyy-MM-dd HH:mm:ss.SSS', defaultLogLevel: 'info' };
const clusterId = 'YXNvZi1zaW5nbGUtbm9kZQ';

async function prepare({ software, data, ports }: ServerLocation, run: RunHere): Promise<void> {
  if (existsSync(join(data, 'log', 'meta.properties'))) return;
  writeFileSync(join(data, properties), kafkaProperties(ports));
  const format = ['format', '--cluster-id', clusterId, '--config', properties, '--ignore-formatted'];
  await run({
    command: 'java',
    args: ['-cp', kafkaClassPath(software), 'kafka.tools.StorageTool', ...format],
  });
}

function launch({ software, ports }: ServerLocation): Launch {
  return {
    command: 'java',
    args: [
      ...['-Xms256m', '-Xmx512m', '-XX:+UseG1GC', '-Djava.awt.headless=true'],
      ...Object.entries(logging).map(([name, value]) => `-Dorg.slf4j.simpleLogger.${name}=${value}`),
      ...['-cp', kafkaClassPath(software), 'kafka.Kafka', properties],
    ],
    files: { [properties]: kafkaProperties(ports) },
  };
}

/**
 * One node as broker and controller. Topics are not created automatically, so a typing error creates none. A
 * consumer group starts at once, without waiting for further members. The broker's session is short, because
 * after a crash the controller waits for its end.
 */
function kafkaProperties({ kafka: broker, kafkaController: controller }: PortPlan): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${broker}
log.dirs=log
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
auto.create.topics.enable=false
num.partitions=4
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
`;
}
