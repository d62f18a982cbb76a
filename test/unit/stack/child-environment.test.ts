import { expect, test } from 'vitest';
import { childEnvironment } from '../../../stack/processes/child-environment.ts';
import { serverVariables } from '../../../stack/servers/server.ts';

const SHELL = { PATH: '/bin', HOME: '/home/asof', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const NOT_FOR_THEM = Object.fromEntries(
  [
    ...serverVariables.filter((variable) => variable !== 'TEMPORAL_ADDRESS'),
    ...['ASOF_QUERY_DATABASE_URL', 'KAFKA_PASSWORD', 'KAFKA_SSL_KEY', 'MLFLOW_TRACKING_PASSWORD'],
    ...['MLFLOW_TRACKING_TOKEN', 'PGPASSWORD', 'PGPORT', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN', 'SECRET'],
    ...['NODE_OPTIONS', 'PYTHONDONTWRITEBYTECODE', '_MLFLOW_SERVER_FILE_STORE', 'MY_PATH', 'HOMES', 'GO'],
    ...[
      'GOOGLE_API_KEY',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOPROXY_TOKEN',
      'UV_PUBLISH_TOKEN',
      'gopassword',
    ],
    ...['MAVEN_GPG_PASSPHRASE', 'MAVEN_PASSWORD', 'DOCKER_PASSWORD', 'COMPOSE_DB_PASSWORD', 'PIP_PASSWORD'],
    ...['GIT_TOKEN', 'GIT_PASSWORD', 'CGO_SECRET', 'JAVA_KEYSTORE_PASSWORD', 'APT_TOKEN', 'NEXUS_USER'],
  ].map((name) => [name, 'canary']),
);

test.each(['server', 'installer', 'training', 'temporalCli'] as const)(
  'a program for the purpose %s gets what all need, and no setting of Asof or of others',
  (purpose) => {
    expect(childEnvironment(purpose, { ...SHELL, ...NOT_FOR_THEM })).toEqual(SHELL);
  },
);

test.each([
  ['server', ['JAVA_HOME', 'JAVA_TOOL_OPTIONS']],
  ['installer', ['https_proxy', 'NO_PROXY', 'JAVA_TOOL_OPTIONS', 'MAVEN_OPTS', 'GOPROXY', 'GOAUTH', 'GOVCS']],
  ['installer', ['GIT_SSH_COMMAND', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0']],
  ['installer', ['SSH_AUTH_SOCK', 'APT_CONFIG', 'PIP_INDEX_URL', 'DOCKER_HOST', 'NETRC']],
  ['installer', ['UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_OURS_PASSWORD', 'UV_INDEX_OURS_USERNAME']],
  ['training', ['PYTHONPATH', 'OMP_NUM_THREADS', 'LD_PRELOAD']],
  ['temporalCli', ['TEMPORAL_ADDRESS', 'TEMPORAL_API_KEY', 'https_proxy']],
] as const)('a program for the purpose %s gets what that needs: %s', (purpose, names) => {
  const needed = Object.fromEntries(names.map((name) => [name, 'needed']));
  expect(childEnvironment(purpose, { ...SHELL, ...needed })).toEqual({ ...SHELL, ...needed });
});

test('an installation alone gets what ASOF_INSTALL_ENV names', () => {
  const named = { NEXUS_USER: 'asof', NEXUS_PASSWORD: 'canary' };
  const environment = { ...SHELL, ...NOT_FOR_THEM, ...named };
  const ASOF_INSTALL_ENV = 'NEXUS_USER, NEXUS_PASSWORD,NOT_SET';
  expect(childEnvironment('installer', { ...environment, ASOF_INSTALL_ENV })).toEqual({ ...SHELL, ...named });
  expect(childEnvironment('server', { ...environment, ASOF_INSTALL_ENV })).toEqual(SHELL);
});
