import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
const bootstrap = 'scripts/with-node24.mjs';
let tree: string;
const children: ChildProcess[] = [];

/** Takes npm's place: "installs" by writing what npm would, and counts its runs. */
const FAKE_NPM = `
import { appendFileSync, cpSync, mkdirSync, symlinkSync, existsSync } from 'node:fs';
appendFileSync('npm-runs', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_NPM === 'fail') { console.error('npm error code EAI_AGAIN\\nnpm error a long story'); process.exit(1); }
await new Promise((resolve) => setTimeout(resolve, Number(process.env.FAKE_NPM_MS ?? 0)));
mkdirSync('node_modules/node/bin', { recursive: true });
if (process.env.FAKE_NPM !== 'no-scripts' && !existsSync('node_modules/node/bin/node')) symlinkSync(process.execPath, 'node_modules/node/bin/node');
cpSync('wanted-record.json', 'node_modules/.package-lock.json');
`;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'nightshift-tree-'));
  cpSync(scripts, join(tree, 'scripts'), { recursive: true });
  writeFileSync(join(tree, 'npm.mjs'), FAKE_NPM);
  writeFileSync(
    join(tree, 'program.mjs'),
    `process.stdout.write(process.argv.slice(2).join(' ')); process.exitCode = 3;`,
  );
  lock({ a: { version: '1.0.0', integrity: 'sha512-a' } });
  record({ a: { version: '1.0.0', integrity: 'sha512-a' } });
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  rmSync(tree, { recursive: true, force: true });
});

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>;

/** What the lockfile asks for. */
function lock(packages: Packages): void {
  const all = { '': { name: 'tree' }, 'node_modules/node': { version: '24.0.0' }, ...packages };
  writeFileSync(join(tree, 'package-lock.json'), JSON.stringify({ packages: all }));
}

/** What the next npm ci will say that it installed. */
function record(packages: Packages): void {
  const all = { 'node_modules/node': { version: '24.0.0' }, ...packages };
  writeFileSync(join(tree, 'wanted-record.json'), JSON.stringify({ packages: all }));
}

function begin(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [join(tree, bootstrap), ...words], {
    cwd: tree,
    env: { PATH: process.env['PATH'], npm_execpath: join(tree, 'npm.mjs'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function run(words: readonly string[], environment: Record<string, string> = {}) {
  const child = begin(words, environment);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

function npmRuns(): number {
  const file = join(tree, 'npm-runs');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

describe('the first start', () => {
  it('installs packages, says so, and ends as the program ends', async () => {
    const { code, out, err } = await run(['program.mjs', 'one', 'two']);
    expect(out).toBe('one two');
    expect(code).toBe(3);
    expect(err).toMatch(/^nightshift: installing packages .*\nnightshift: packages ready in [\d.]+ s\n$/);
  });

  it('says in one line that the registry is out of reach, and keeps what npm said', async () => {
    const { code, err } = await run(['program.mjs'], { FAKE_NPM: 'fail' });
    expect(code).toBe(1);
    expect(err).toContain('npm ci failed (EAI_AGAIN)');
    expect(err).not.toContain('a long story');
    expect(readFileSync(join(tree, '.nightshift', 'npm-ci.txt'), 'utf8')).toContain('a long story');
  });

  it('says what to do when install scripts are off', async () => {
    const { code, err } = await run(['program.mjs'], { FAKE_NPM: 'no-scripts' });
    expect(code).toBe(1);
    expect(err).toContain('npm_config_ignore_scripts=false');
  });
});

describe('a later start', () => {
  beforeEach(async () => void (await run(['program.mjs'])));

  it('installs nothing and says nothing', async () => {
    const { err } = await run(['program.mjs']);
    expect(err).toBe('');
    expect(npmRuns()).toBe(1);
  });

  it.each<[string, Packages]>([
    ['another version', { a: { version: '1.0.1', integrity: 'sha512-a' } }],
    ['other contents of the same version', { a: { version: '1.0.0', integrity: 'sha512-b' } }],
    ['one more package', { a: { version: '1.0.0', integrity: 'sha512-a' }, b: { version: '2.0.0' } }],
    ['one package less', {}],
  ])('installs again when the lockfile asks for %s', async (_, packages) => {
    lock(packages);
    record(packages);
    await run(['program.mjs']);
    expect(npmRuns()).toBe(2);
  });

  it('does not miss an optional package of another system', async () => {
    lock({ a: { version: '1.0.0', integrity: 'sha512-a' }, mac: { version: '1.0.0', optional: true } });
    await run(['program.mjs']);
    expect(npmRuns()).toBe(1);
  });
});

describe('two starts at once', () => {
  it('install once: the second one waits', async () => {
    const environment = { FAKE_NPM_MS: '1500' };
    const both = await Promise.all([run(['program.mjs'], environment), run(['program.mjs'], environment)]);
    expect(both.map(({ code }) => code)).toEqual([3, 3]);
    expect(npmRuns()).toBe(1);
    expect(readdirSync(join(tree, '.nightshift'))).toEqual([]);
  });

  it('wait for the npm of a start that was killed, and use what it installed', async () => {
    const killed = begin(['program.mjs'], { FAKE_NPM_MS: '700' });
    await expect.poll(npmRuns).toBe(1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const { code } = await run(['program.mjs']);
    expect(code).toBe(3);
    expect(npmRuns()).toBe(1);
    expect(readdirSync(join(tree, '.nightshift'))).toEqual([]);
  });

  it('take over a lock whose owner is dead', async () => {
    const dead = spawn(process.execPath, ['-e', '0']);
    await once(dead, 'exit');
    mkdirSync(join(tree, '.nightshift', 'bootstrap.lock'), { recursive: true });
    writeFileSync(join(tree, '.nightshift', 'bootstrap.lock', 'pids'), String(dead.pid));
    expect(await run(['program.mjs'])).toMatchObject({ code: 3 });
    expect(readdirSync(join(tree, '.nightshift'))).toEqual([]);
  });
});

describe('a signal', () => {
  it('reaches the program, and its end is the end of the start', async () => {
    const program = `process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('up');`;
    writeFileSync(join(tree, 'server.mjs'), program);
    const child = begin(['server.mjs']);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([42, null]);
  });

  it('is noticed by the program even if the start is killed', async () => {
    const program = `process.on('disconnect', () => process.exit(0)); setInterval(() => {}, 1000); console.log(process.pid);`;
    writeFileSync(join(tree, 'server.mjs'), program);
    const child = begin(['server.mjs']);
    const [line] = child.stdout ? ((await once(child.stdout, 'data')) as [Buffer]) : [];
    child.kill('SIGKILL');
    await expect.poll(() => isListed(Number(String(line)))).toBe(false);
  });
});

describe('a need of the system', () => {
  beforeEach(async () => void (await run(['program.mjs'])));

  it('that is met is not mentioned', async () => {
    mkdirSync(join(tree, 'bin'));
    writeFileSync(join(tree, 'bin', 'valkey-server'), '');
    const { code, err } = await run(['--needs', 'redis', 'program.mjs'], { PATH: join(tree, 'bin') });
    expect({ code, err }).toEqual({ code: 3, err: '' });
  });

  it('that nobody knows is refused', async () => {
    const { code, err } = await run(['--needs', 'redis,coffee', 'program.mjs']);
    expect(code).toBe(1);
    expect(err).toContain('unknown need coffee');
  });
});

describe('without a program', () => {
  it('says how it is used', async () => {
    const { code, err } = await run([]);
    expect(code).toBe(64);
    expect(err).toContain('usage:');
  });
});

/** A process that ended and that nobody has waited for counts as gone. */
function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
