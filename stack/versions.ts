/**
 * The one list of versions: the native stack installs them, docker-compose.yml is tested against them.
 * Debian's archive keeps only its current build, so those name the release expected of it.
 */
export const versions = {
  temporal: '1.5.1',
  kafka: '4.1.1',
  postgres: '17',
  timescaledb: '2.19.3',
  redis: '8.0',
  mlflow: '3.17.2',
} as const;

/** The Debian release that carries the PostgreSQL, TimescaleDB and Redis named above. */
export const debianRelease = 'trixie';

/** What logs Kafka's messages; it has to match the SLF4J API that Kafka brings. */
export const slf4jVersion = '1.7.36';

/** The Python packages beside MLflow: what training needs, in the same environment. */
export const pythonPackages = {
  mlflow: versions.mlflow,
  'scikit-learn': '1.9.1',
  skl2onnx: '1.20.0',
  onnx: '1.23.2',
  onnxruntime: '1.32.0',
  temporalio: '1.35.0',
  pyarrow: '25.0.1',
} as const;

export const leastToolVersions = {
  /** From here on Go fetches by itself the newer toolchain that a module asks for. */
  go: '1.21',
  java: '17',
  python3: '3.11',
} as const;
