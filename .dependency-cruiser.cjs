// The direction of imports: core ← binlog | dialects | coordination ← engine | canal ← options ← node ← cli;
// manager beside them, over core alone; console knows the HTTP interface and no package.
const ALLOWED = {
  core: [],
  binlog: ['core'],
  dialects: ['core'],
  coordination: ['core'],
  testkit: ['core'],
  engine: ['core', 'binlog', 'dialects', 'coordination'],
  canal: ['core', 'binlog', 'dialects', 'coordination'],
  options: ['core', 'binlog', 'engine'],
  node: ['core', 'binlog', 'dialects', 'coordination', 'engine', 'canal', 'options'],
  manager: ['core'],
  console: [],
  cli: ['core', 'binlog', 'dialects', 'coordination', 'engine', 'canal', 'options', 'node', 'manager'],
};
const TEST = '\\.test\\.ts$';

const direction = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `${name}-imports-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  comment: `packages/${name} may import only: ${allowed.join(', ') || 'no other package'}`,
  from: { path: `^packages/${name}/`, pathNot: TEST },
  to: {
    path: '^packages/[^/]+/',
    pathNot: [name, ...allowed]
      .map((other) => `^packages/${other}/`)
      .concat(name === 'cli' ? '^packages/testkit/' : []),
  },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...direction,
    {
      name: 'unknown-package',
      severity: 'error',
      comment: 'A new package needs its place in the direction of imports above.',
      from: { path: `^packages/(?!(${Object.keys(ALLOWED).join('|')})/)` },
      to: {},
    },
    {
      name: 'testkit-only-in-demo',
      severity: 'error',
      comment: 'Of the product only the demonstration starts throw-away servers.',
      from: { path: '^packages/cli/', pathNot: [TEST, '^packages/cli/src/demo'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'packages-by-name',
      severity: 'error',
      comment: 'Another package is imported by its name, not by a path into it.',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1/|[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  required: [],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
