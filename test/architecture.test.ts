import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { operations } from '../src/operations/index.ts';
import { postgresChecks, redisChecks } from '../src/checks/index.ts';

const root = resolve(import.meta.dirname, '..');

/** Which layer may import which; a layer may always import itself. CONTRIBUTING.md shows the same table in a sentence. */
const INNER = ['src/checks', 'src/targets', 'src/core', 'src/backups'];
const ADAPTERS = [
  'src/operations',
  'src/providers',
  'src/slack',
  'src/charts',
  'src/state',
  'src/runtime',
  'src/config',
];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  handlers: ['src/app'],
  'src/cli': ['src/app', 'src/logs', ...ADAPTERS, ...INNER],
  'src/local': ['src/cli', 'src/app', ...ADAPTERS, ...INNER, 'handlers'],
  'src/app': [...ADAPTERS, ...INNER, 'src/statements', 'src/logs'],
  'src/operations': [...INNER, 'src/logs'],
  'src/providers': INNER,
  'src/slack': INNER,
  'src/charts': ['src/core'],
  'src/logs': ['src/core'],
  'src/statements': ['src/core'],
  'src/backups': ['src/core'],
  'src/state': INNER,
  'src/runtime': INNER,
  'src/config': INNER,
  'src/checks': ['src/targets', 'src/core'],
  'src/targets': ['src/core'],
  'src/core': [],
};

/** Where a package may be imported. src/local, scripts and tests may use what they need. */
const PACKAGE_ROOMS: readonly { packages: RegExp; places: readonly string[] }[] = [
  // Apart, because the function behind the URL is bundled without what only sockets need.
  { packages: /^@slack\/bolt(\/|$)/, places: ['src/slack/bolt.ts', 'src/slack/bolt-socket.ts'] },
  { packages: /^@slack\//, places: ['src/slack/'] },
  { packages: /^@aws-sdk\//, places: ['src/providers/', 'src/state/', 'src/app/'] },
  { packages: /^@resvg\//, places: ['src/charts/'] },
  { packages: /^(pg|ioredis)(\/|$)/, places: ['src/providers/'] },
  { packages: /^@aws\/durable-execution-sdk-js/, places: ['src/app/', 'src/runtime/'] },
];

const PROVIDERS = [
  'rds',
  'aurora',
  'self-managed',
  'elasticache',
  'sentinel',
  'cluster',
  'standalone',
  'prometheus',
  'node-exporter',
  'pgbouncer',
  'route53',
  'parameter-store',
  'run-command',
];

type Source = { path: string; text: string; code: string; imports: readonly Import[] };
type Import = { name: string; path: string | undefined };

let sources: readonly Source[];
let tests: readonly Source[];

beforeAll(() => {
  sources = globSync('{src,handlers}/**/*.{ts,tsx}', { cwd: root }).toSorted().map(read);
  tests = globSync('test/**/*.{ts,tsx}', { cwd: root }).toSorted().map(read);
});

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const code = withoutComments(text);
  return { path, text, code, imports: importsOf(path, code) };
}

/** Strings are kept whole, so that `//` inside a URL is not taken for a comment. */
function withoutComments(text: string): string {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replaceAll(token, (found) => (found.startsWith('/*') || found.startsWith('//') ? ' ' : found));
}

/** Static, side-effect and dynamic imports, and re-exports. */
function importsOf(path: string, code: string): Import[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;
  return [...code.matchAll(pattern)].map(([, , name = '']) => ({
    name,
    path: name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : undefined,
  }));
}

function layerOf(path: string): string {
  return Object.keys(MAY_IMPORT).find((layer) => path.startsWith(`${layer}/`)) ?? path;
}

function inside(path: string, places: readonly string[]): boolean {
  return places.some((place) => path.startsWith(place));
}

test('the files and their imports were found', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length);
  for (const layer of Object.keys(MAY_IMPORT)) {
    expect(
      sources.filter(({ path }) => path.startsWith(`${layer}/`)),
      layer,
    ).not.toEqual([]);
  }
});

test('every file lives in a layer, and imports point inwards', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    const allowed = [layer, ...(MAY_IMPORT[layer] ?? [])];
    return imports
      .filter((one) => one.path !== undefined && !allowed.includes(layerOf(one.path)))
      .map((one) => `${path} imports ${one.path}`);
  });
  expect(wrong).toEqual([]);
  expect(sources.filter(({ path }) => !(layerOf(path) in MAY_IMPORT)).map(({ path }) => path)).toEqual([]);
});

test('imports name files that exist, with their ending', () => {
  const known = new Set([...sources, ...tests].map(({ path }) => path));
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((one) => one.path !== undefined && /^(src|handlers)\//.test(one.path))
      .filter((one) => !known.has(one.path ?? '') && !/\.(css|json|wasm|svg)$/.test(one.name))
      .map((one) => `${path} imports ${one.name}`),
  );
  expect(wrong).toEqual([]);
});

test('a package is imported only where it belongs', () => {
  const wrong = sources
    .filter(({ path }) => !path.startsWith('src/local/'))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ name }) => {
          const room = PACKAGE_ROOMS.find(({ packages }) => packages.test(name));
          return room !== undefined && !inside(path, room.places);
        })
        .map(({ name }) => `${path} imports ${name}`),
    );
  expect(wrong).toEqual([]);
});

test('what Slack starts on Lambda knows no sockets', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const one of byPath.get(path)?.imports ?? []) if (one.path !== undefined) visit(one.path);
  };
  for (const { path } of sources.filter((source) => source.path.startsWith('handlers/'))) visit(path);
  expect(reached).toContain('src/slack/bolt.ts');
  expect(
    [...reached].filter((path) => /socket|sqlite|src\/runtime\/(?!postgres-|private-redis|free-port)/.test(path)),
  ).toEqual([]);
});

test("a provider's name stands only in its own folder", () => {
  const words = new RegExp(`(['"\`])(?:${PROVIDERS.join('|')})\\1`);
  // A Redis member's role is called sentinel too, wherever members are looked at.
  const role = /\brole\b.{0,40}(['"])sentinel\1|(['"])sentinel\2\s*(?:[|;,)\]]|\?|$)/gm;
  const exempt = [
    'src/providers/',
    'src/local/',
    'src/config/schema.ts',
    'src/config/machine-schema.ts',
    'src/config/topology.ts',
    'src/config/fence-schema.ts',
    'src/config/hands-schema.ts',
    'src/config/pointer-',
    'src/config/resolve-pointer.ts',
  ];
  const wrong = sources
    .filter(({ path }) => !inside(path, exempt))
    .filter(({ code }) => words.test(code.replaceAll(role, '')))
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('the environment of the process is read only by the config', () => {
  const readers = sources
    .filter(({ path }) => !inside(path, ['src/config/', 'src/local/']))
    .filter(({ code }) => /\bprocess\s*(?:\.\s*env\b|\[\s*['"]env)|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(code))
    .map(({ path }) => path);
  expect(readers).toEqual([]);
});

test('a handler has at most 30 lines, any other file 250', () => {
  const long = sources
    .filter(({ text }) => !text.startsWith('// Generated'))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ path, lines }) => lines > (path.startsWith('handlers/') ? 30 : 250))
    .map(({ path, lines }) => `${path} has ${lines} lines`);
  expect(long).toEqual([]);
});

test('exports have names, and files are named for one thing', () => {
  const unnamed = sources.filter(({ code }) => /^export default\b|\bas default\b/m.test(code)).map(({ path }) => path);
  const vague = /^(utils?|helpers?|managers?|common|misc|shared)\.tsx?$|-(utils?|helpers?|manager)\.tsx?$/;
  const illNamed = sources
    .map(({ path }) => path)
    .filter((path) => vague.test(basename(path)) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(basename(path)));
  expect({ unnamed, illNamed }).toEqual({ unnamed: [], illNamed: [] });
});

test('TypeScript that Node cannot strip is not written', () => {
  const wrong = sources.filter(({ code }) =>
    /^\s*(?:export )?(?:const )?enum \w|^\s*(?:export )?namespace \w/m.test(code),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('tests replace no modules, and none is left out', () => {
  const forbidden = new RegExp(
    ['vi\\.(?:mock|doMock)\\(', '\\b(?:test|it|describe)\\.(?:only|skip|todo)\\b'].join('|'),
  );
  const wrong = tests.filter(({ code }) => forbidden.test(code)).map(({ path }) => path);
  expect(tests.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

test('every check and every operation has a test of the same name', () => {
  const known = new Set(tests.map(({ path }) => path));
  const checks = [...postgresChecks, ...redisChecks].map(({ id }) => `test/checks/${id.replace('.', '/')}.test.ts`);
  const wanted = [...checks, ...operations.map(({ id }) => `test/operations/${id}.test.ts`)];
  expect(wanted.filter((path) => !known.has(path))).toEqual([]);
});

test('the id of a definition is the name of its file', () => {
  const known = new Set(sources.map(({ path }) => path));
  const wanted = [
    ...[...postgresChecks, ...redisChecks].map(({ id }) => `src/checks/${id.replace('.', '/')}.ts`),
    ...operations.map(({ id }) => `src/operations/${id}.ts`),
  ];
  expect(wanted.filter((path) => !known.has(path))).toEqual([]);
});
