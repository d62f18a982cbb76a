import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { leastToolVersions, mavenDependencyPlugin, slf4jVersion, versions } from '../versions.ts';
import { expectLocked, lockFingerprint, lockPath } from './locks/index.ts';
import type { Software } from './software.ts';
import type { Tool } from './tool.ts';

export const java: Tool = {
  command: 'java',
  install: 'Install a Java runtime (Debian: `apt-get install default-jre-headless`).',
  version: { args: ['-version'], atLeast: leastToolVersions.java },
};

const LOCK = lockPath('kafka.sha256');

export const kafkaSoftware: Software = {
  folder: `kafka-${versions.kafka}-${lockFingerprint(LOCK)}`,
  how: 'fetching Kafka with Maven',
  tools: [{ command: 'mvn', install: 'Install Maven (Debian: `apt-get install maven`).' }],
  build: async ({ folder, log, signal, detail }) => {
    writeFileSync(join(folder, 'pom.xml'), kafkaPom());
    await run(
      'mvn',
      [
        ...['--batch-mode', '--strict-checksums'],
        `org.apache.maven.plugins:maven-dependency-plugin:${mavenDependencyPlugin}:copy-dependencies`,
        ...['-DoutputDirectory=libs', '-DincludeScope=runtime'],
      ],
      { cwd: folder, log, signal, detail },
    );
    expectLocked(join(folder, 'libs'), LOCK);
  },
};

/** Java's class path for Kafka. Java expands the `*` itself. */
export function kafkaClassPath(software: string): string {
  return join(software, 'libs', '*');
}

function kafkaPom(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>asof</groupId>
  <artifactId>kafka-server</artifactId>
  <version>${versions.kafka}</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${versions.kafka}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>${slf4jVersion}</version>
    </dependency>
  </dependencies>
</project>
`;
}
