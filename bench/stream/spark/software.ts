import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type StackLayout, stackLayout } from '../../../stack/layout.ts';
import { run } from '../../../stack/processes/run.ts';
import { type Progress, reporterFor } from '../../../stack/progress.ts';
import { type Software, install } from '../../../stack/software/software.ts';
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
  const layout = benchLayout();
  mkdirSync(layout.software, { recursive: true });
  const folder = await install(layout, sparkSoftware, { reporter: reporterFor('spark', progress), signal });
  return { python: join(folder, 'venv', 'bin', 'python'), jars: join(folder, 'jars') };
}

/** The software of the rivals has a folder of its own, apart from Asof's servers. */
function benchLayout(): StackLayout {
  const layout = stackLayout();
  return { ...layout, software: join(dirname(layout.software), 'bench') };
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
