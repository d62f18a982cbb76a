/**
 * The versions of the servers. The native stack installs them, and a test compares docker-compose.yml with
 * them. Debian's archive has only its current builds, so the entries for its packages name a release.
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

/** The version of Kafka's logger. It must match the SLF4J API that Kafka brings. */
export const slf4jVersion = '1.7.36';

/** The plugin of Maven that fetches Kafka. */
export const mavenDependencyPlugin = '2.8';

export const leastToolVersions = {
  /** From this version on, Go downloads the newer toolchain that a module requires. */
  go: '1.21',
  java: '17',
  python3: '3.11',
} as const;
