/**
 * Dependencies point one way: down the layers, and within a layer down its rooms. CONTRIBUTING.md draws the
 * plan.
 */

/** The folders that each layer may import besides itself. */
const layers = {
  domain: [],
  schemas: ['domain'],
  db: ['domain', 'schemas'],
  adapters: ['domain', 'schemas'],
  simulator: ['domain'],
  stack: ['domain', 'adapters/kafka', 'adapters/mlflow', 'adapters/redis', 'db/sql'],
  config: ['domain', 'schemas', 'adapters/kafka', 'adapters/mlflow', 'adapters/schema-registry', 'stack'],
  activities: ['domain', 'schemas', 'db', 'adapters'],
  serving: ['domain', 'schemas', 'db', 'adapters'],
  client: ['domain', 'schemas', 'db', 'adapters', 'config'],
  testing: ['domain', 'schemas', 'db', 'adapters', 'activities', 'serving', 'client'],
  workflows: ['domain', 'schemas', 'activities'],
  workers: ['domain', 'schemas', 'db', 'adapters', 'activities', 'workflows', 'config'],
  cli: ['domain', 'schemas', 'simulator', 'stack', 'config', 'serving', 'client', 'workers'],
  docs: ['domain', 'client'],
};

const SUBJECTS = ['registry', 'stream', 'batch', 'training', 'online', 'retention'];

/**
 * The rooms of each layer by storey, the lowest first. A room imports from itself and from rooms of lower
 * storeys.
 */
const rooms = {
  domain: [
    ['errors', 'files', 'time'],
    ['secrets'],
    ['registry'],
    ['expressions'],
    ['log'],
    ['aggregation'],
    ['features'],
    ['windows'],
    ['stream', 'batch', 'training', 'online', 'retention', 'inference'],
    ['lineage'],
  ],
  schemas: [['values'], ['definitions'], ['workflows', 'serving']],
  db: [
    ['sql'],
    ['commits', 'registry'],
    ['log'],
    ['tables', 'engine'],
    ['stream', 'batch', 'training', 'online', 'retention'],
    ['apply', 'lineage'],
  ],
  adapters: [['files'], ['duckdb', 'kafka', 'mlflow', 'onnx', 'openlineage', 'redis', 'schema-registry']],
  activities: [['shared'], SUBJECTS],
  workflows: [['shared'], SUBJECTS],
  client: [['shared'], SUBJECTS],
  serving: [['catalogue'], ['lookup'], ['routes']],
  cli: [['shared'], [...SUBJECTS, 'servers']],
  testing: [['store'], ['shared'], ['stream'], ['batch', 'online'], ['training']],
};

/** Each driver, and the only folder that imports it. */
const drivers = {
  kafkajs: 'adapters/kafka',
  ioredis: 'adapters/redis',
  axios: 'adapters/mlflow',
  pg: 'db',
  'pg-copy-streams': 'db',
  'sql-template-tag': 'db',
  '@duckdb/node-api': 'adapters/duckdb',
  '@duckdb/node-bindings': 'adapters/duckdb',
  'onnxruntime-node': 'adapters/onnx',
  avsc: 'adapters/schema-registry',
};

const own = '^[a-z-]+/';

/** The files that stand at the root of a layer. All others stand in a room. */
const rootFiles = {
  domain: ['namespace', 'workflow-ids', 'workflow-summary'],
  schemas: ['index'],
  activities: ['index'],
  workflows: ['index'],
  client: ['asof', 'connect', 'index', 'preview'],
  serving: ['server'],
  cli: ['main'],
  testing: ['deployment', 'index', 'moment', 'simulate', 'simulation'],
};
const oneOf = (folders) => `^(${folders.join('|')})/`;

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `layer-${layer}`,
  comment: `${layer}/ imports from itself and from: ${below.join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: `^${layer}/` },
  to: { path: own, pathNot: [oneOf([layer, ...below]), '^node_modules/'], dependencyTypesNot: ['core'] },
}));

const roomRules = Object.entries(rooms).flatMap(([layer, storeys]) => [
  {
    name: `unknown-room-of-${layer}`,
    comment: 'Add a new room to its storey in .dependency-cruiser.cjs.',
    severity: 'error',
    from: {
      path: `^${layer}/`,
      pathNot: [
        `^${layer}/(${storeys.flat().join('|')})/`,
        `^${layer}/(${(rootFiles[layer] ?? []).join('|')})[.]ts$`,
      ],
    },
    to: {},
  },
  ...storeys.flatMap((storey, index) =>
    storey.map((room) => ({
      name: `room-${layer}-${room}`,
      comment: `${layer}/${room}/ imports from itself and from rooms of lower storeys.`,
      severity: 'error',
      from: { path: `^${layer}/${room}/` },
      to: {
        path: `^${layer}/`,
        pathNot:
          oneOf([room, ...storeys.slice(0, index).flat()].map((name) => `${layer}/${name}`)) +
          `|^${layer}/[^/]+$`,
      },
    })),
  ),
]);

const driverRules = Object.entries(drivers).map(([driver, folder]) => ({
  name: `driver-${driver}`,
  comment: `${driver} is imported in ${folder}/ only.`,
  severity: 'error',
  // What Asof is measured beside uses the drivers alone.
  from: { pathNot: [`^${folder}/`, '^test/', '^bench/training-set/duckdb-side[.]ts$'] },
  to: { path: `^node_modules/(@types/)?${driver}/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...layerRules,
    ...roomRules,
    ...driverRules,
    {
      name: 'domain-is-pure',
      comment:
        'No I/O, no clock, no Node built-ins: the same code runs in streaming, backfill, training and serving. The only package is the calendar of ECMAScript, which Node lacks.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: '/temporal-polyfill/' },
    },
    {
      name: 'workflows-are-deterministic',
      comment:
        'Workflows import values from domain, the schemas of their arguments and the sandboxed SDK only; of other layers they import types.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        pathNot: [
          '^workflows/',
          '^domain/',
          '^schemas/workflows/inputs.ts$',
          'node_modules/@temporalio/(workflow|common)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'examples-are-users',
      comment: 'Definitions use the public definition language only.',
      severity: 'error',
      from: { path: '^examples/[^/]+/definitions/' },
      to: { path: own, pathNot: ['^examples/', '^schemas/index.ts$'] },
    },
    {
      name: 'templates-are-users',
      comment: 'The project that `asof init` makes uses the definition language and the client.',
      severity: 'error',
      from: { path: '^templates/' },
      to: {
        path: own,
        pathNot: ['^templates/', '^(client|schemas|testing)/index.ts$', '^node_modules/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'demos-are-programs',
      comment:
        'A demo uses Asof through the public client, and the code of the command line for servers and output.',
      severity: 'error',
      from: { path: '^examples/[^/]+/demo/' },
      to: {
        path: own,
        pathNot: [
          '^examples/',
          '^(client|schemas)/index.ts$',
          '^(cli|stack|simulator)/',
          '^domain/time/',
          '^node_modules/',
        ],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'nothing-knows-the-examples',
      severity: 'error',
      from: { path: oneOf(Object.keys(layers)) },
      to: { path: '^examples/' },
    },
    {
      name: 'nothing-imports-bench',
      comment: 'Asof does not depend on its benchmarks.',
      severity: 'error',
      from: { pathNot: '^bench/' },
      to: { path: '^bench/' },
    },
    {
      name: 'bench-measures-what-users-run',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
