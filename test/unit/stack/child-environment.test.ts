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
  ].map((name) => [name, 'canary']),
);

test.each(['server', 'installer', 'training', 'temporalCli'] as const)(
  'a program for the purpose %s gets what all need, and no setting of Asof or of others',
  (purpose) => {
    expect(childEnvironment(purpose, { ...SHELL, ...NOT_FOR_THEM })).toEqual(SHELL);
  },
);

test.each([
  ['server', { JAVA_HOME: '/java' }],
  [
    'installer',
    { https_proxy: 'http://proxy:3128', GOPROXY: 'direct', PIP_INDEX_URL: 'https://x', DOCKER_HOST: 'y' },
  ],
  ['training', { PYTHONPATH: '/packages', OMP_NUM_THREADS: '2' }],
  ['temporalCli', { TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_API_KEY: 'k' }],
] as const)('a program for the purpose %s gets what that needs', (purpose, needed) => {
  expect(childEnvironment(purpose, { ...SHELL, ...needed })).toEqual({ ...SHELL, ...needed });
});
