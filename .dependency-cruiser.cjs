/**
 * Dependencies point one way. A module may import what stands below it, never what stands above:
 *
 *   bench                    what measures all of it
 *   bin, cli, workers        composition: may import anything below
 *   client                   what people and programs ask of Asof
 *   activities, serving      I/O that workflows orchestrate, and answers over HTTP
 *   workflows                deterministic; values only from domain, types from activities and schemas
 *   db, adapters, simulator  one outside system each
 *   schemas                  the definition language and wire contracts (zod)
 *   domain                   pure: imports nothing but itself
 */
const only = (from, to, comment) => ({
  name: `${from}-imports-only`,
  comment,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^[a-z-]+/',
    pathNot: [`^(${[from, ...to].join('|')})/`, '^node_modules/'],
    dependencyTypesNot: ['core'],
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('domain', [], 'The engine is pure.'),
    {
      name: 'domain-is-pure',
      comment:
        'No I/O, no clock, no Node built-ins: the same code runs in streaming, backfill, training and serving.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    only('schemas', ['domain'], 'Definitions know the engine, not the systems.'),
    only('db', ['domain', 'schemas'], 'SQL lives here and only here.'),
    only('adapters', ['domain', 'schemas'], 'One outside system each.'),
    only('simulator', ['domain'], 'A generator of events, nothing else.'),
    only('config', ['domain', 'schemas', 'stack'], 'Settings are read once.'),
    only('stack', ['domain'], 'Servers know nothing of features.'),
    only('client', ['domain', 'schemas', 'db', 'adapters'], 'The client gets its systems handed in.'),
    only('serving', ['domain', 'schemas', 'db', 'adapters'], 'Serving gets its systems handed in.'),
    only('activities', ['domain', 'schemas', 'db', 'adapters'], 'Activities get their systems handed in.'),
    {
      name: 'workflows-are-deterministic',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        path: '^[a-z-]+/',
        pathNot: ['^workflows/', '^domain/', 'node_modules/@temporalio/(workflow|common)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nothing-imports-bench',
      comment: 'Asof does not need what measures it.',
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
    {
      name: 'workers-are-roots',
      severity: 'error',
      from: { pathNot: '^(workers|cli|bin|bench|test)/' },
      to: { path: '^(workers|cli)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(docs|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
