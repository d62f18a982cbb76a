import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../stack/processes/run.ts';
import type { Progress } from '../../../stack/progress.ts';
import { pythonBinary } from '../../../stack/software/python.ts';
import type { Software } from '../../../stack/software/software.ts';
import { installRival } from '../../rivals.ts';
import { connector, pythonPackages, sparkVersion } from './versions.ts';

/** The paths of an installed Spark. */
export interface SparkInstallation {
  readonly python: string;
  /** The folder of the Kafka connector and its dependencies. */
  readonly jars: string;
}

/** Spark from PyPI in its own environment, and its Kafka connector from Maven Central. */
const sparkSoftware: Software = {
  folder: `spark-${sparkVersion}`,
  how: 'fetching Spark with uv and its Kafka connector with Maven (takes minutes, once)',
  tools: [],
  build: async ({ folder, log, signal, detail }) => {
    const options = { cwd: folder, log, signal, detail };
    const uv = join(folder, 'bootstrap', 'bin', 'uv');
    const packages = Object.entries(pythonPackages).map(([name, version]) => `${name}==${version}`);
    await run('python3', ['-m', 'venv', 'bootstrap'], options);
    await run(join(folder, 'bootstrap', 'bin', 'pip'), ['install', 'uv'], options);
    await run(uv, ['venv', '--relocatable', '--python', 'python3', 'venv'], options);
    await run(uv, ['pip', 'install', '--python', 'venv', ...packages], options);
    rmSync(join(folder, 'bootstrap'), { recursive: true });
    writeFileSync(join(folder, 'pom.xml'), connectorPom());
    const copy = ['dependency:copy-dependencies', '-DoutputDirectory=jars', '-DincludeScope=runtime'];
    await run('mvn', ['--batch-mode', ...copy], options);
  },
};

/** Installs Spark into `~/.cache/asof/bench` unless it is installed. */
export async function installSpark(progress: Progress, signal: AbortSignal): Promise<SparkInstallation> {
  const folder = await installRival('spark', sparkSoftware, { progress, signal });
  return { python: pythonBinary(folder), jars: join(folder, 'jars') };
}

/** Spark itself comes with pyspark, so the connector's dependencies exclude what Spark brings. */
function connectorPom(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>asof</groupId>
  <artifactId>spark-kafka-connector</artifactId>
  <version>${sparkVersion}</version>
  <dependencies>
    <dependency>
      <groupId>${connector.groupId}</groupId>
      <artifactId>${connector.artifactId}</artifactId>
      <version>${sparkVersion}</version>
      <exclusions>
        <exclusion>
          <groupId>org.scala-lang</groupId>
          <artifactId>scala-library</artifactId>
        </exclusion>
      </exclusions>
    </dependency>
  </dependencies>
</project>
`;
}
