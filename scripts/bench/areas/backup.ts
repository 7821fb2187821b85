import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings } from '../../package/bundle.ts';
import type { Area, Bench } from '../area.ts';
import { DEBIAN, startBackupServer, type BackupServer, type Rows } from '../backup/server.ts';
import { pgbackrestWords, whyNoPgbackrest } from '../backup/pgbackrest.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const ROUNDS = 3;
const SIZE_BYTES = 2_100_000_000;
const QUICK_BYTES = 150_000_000;
const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;
type Compression = (typeof COMPRESSIONS)[number];
/** The same work: a tar with its WAL, and a manifest. */
const THEIRS: Readonly<Record<Compression, readonly string[]>> = {
  none: [],
  gzip: ['--compress=client-gzip:1'],
  zstd: ['--compress=client-zstd:3'],
};
/** How it comes: as it is, or by TLS with the certificate verified. */
type Way = 'plain' | 'tls';
type Work = { compression: Compression; way: Way };
type Cost = { wallMs: number; rssKb: number };

const PLAIN = COMPRESSIONS.map((compression): Work => ({ compression, way: 'plain' }));
const BY_TLS = COMPRESSIONS.map((compression): Work => ({ compression, way: 'tls' }));

/** One full backup of a server on the same machine. */
export const area: Area = {
  title: 'Backup: a full backup of a PostgreSQL 15 of 2 GB into a directory',
  notes: [
    `Each number is the median of ${ROUNDS}, interleaved, each a process of its own; both write to the disk for good before they end.`,
    'Ours compares the checksum of every file with the manifest and looks at every page while they go by; pg_basebackup (Debian) compares nothing.',
    'Ours is the bundle that a function runs, without what loading TypeScript costs.',
    'pgBackRest (Debian) works with one process (process-max=1), reads the files of the server beside it, and keeps no WAL: nothing is archived here. It makes sums of its own of what it reads, and looks at every page.',
    'The drain is of a server on which nothing is written, with its connections, in a process that runs already; nothing else fetches WAL so. Aim: 500 ms.',
    'Over TLS both verify the certificate of the server.',
    'Levels are gzip 1 and zstd 3 on all sides. `texts` are rows that compress well, `noise` are rows that do not.',
    'Aim: at most 0.85 of its time with gzip, 1.0 with zstd, 1.2 without compression, less than that of pgBackRest, and 150 MB of memory.',
  ],

  async measure(bench) {
    const figures: Figure[] = [];
    for (const rows of ['texts', 'noise'] as const) figures.push(...(await measureRows(bench, rows)));
    return figures;
  },
};

async function measureRows(bench: Bench, rows: Rows): Promise<Figure[]> {
  const sizeBytes = bench.times(10) < 10 ? QUICK_BYTES : (bench.megabytes ?? SIZE_BYTES / 1e6) * 1e6;
  await using stack = new AsyncDisposableStack();
  const server = await startBackupServer({ ...bench, afterwards: stack }, rows, sizeBytes);
  if (!server) throw new Error('Debian’s postgresql-15 is not installed here: apt-get install postgresql-15');
  const program = await bundled(bench, stack);
  const works = rows === 'texts' ? [...PLAIN, ...BY_TLS] : PLAIN;
  const contenders = works.flatMap((work): Contender<Cost>[] => [
    { name: nameOf('ours', work), measure: () => ours(program, server, work) },
    { name: nameOf('theirs', work), measure: () => theirs(server, work) },
    ...(whyNoPgbackrest() === undefined && work.way === 'plain'
      ? [{ name: nameOf('pgbackrest', work), measure: () => pgbackrest(server, work.compression) }]
      : []),
  ]);
  const measured = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 0 });
  const middle = (name: string, part: keyof Cost) => median(measuresOf(measured, name).map((cost) => cost[part]));
  const what = `full backup of ${Math.round(server.sizeBytes / 1e6)} MB of ${rows}`;
  const figures = works.flatMap((work) => figuresOf(`${what}, ${saying(work)}`, work, middle));
  return rows === 'texts' ? [...figures, await idleDrain(bench, server)] : figures;
}

function nameOf(who: string, { compression, way }: Work): string {
  return `${who} ${compression} ${way}`;
}

function saying({ compression, way }: Work): string {
  return way === 'tls' ? `${compression} over TLS` : compression;
}

function figuresOf(what: string, work: Work, middle: (name: string, part: keyof Cost) => number): Figure[] {
  const our = nameOf('ours', work);
  const [wall, against] = [middle(our, 'wallMs'), 'pg_basebackup 15'];
  const beside: Figure = {
    what: `${what}: wall`,
    ours: wall,
    theirs: middle(nameOf('theirs', work), 'wallMs'),
    against,
    unit: 'ms',
  };
  const memory: Figure = { what: `${what}: memory`, ours: middle(our, 'rssKb'), theirs: null, against, unit: 'KB' };
  if (work.way === 'tls') return [beside, memory];
  const none = whyNoPgbackrest();
  const other: Figure = {
    what: `${what}, beside pgBackRest: wall`,
    ours: wall,
    theirs: none === undefined ? middle(nameOf('pgbackrest', work), 'wallMs') : null,
    against: none ?? 'pgBackRest, 1 process',
    unit: 'ms',
  };
  return [beside, other, memory];
}

async function idleDrain(bench: Bench, server: BackupServer): Promise<Figure> {
  let drainMs: number[] = [];
  await timed(async (directory) => {
    const program = join(bench.root, 'scripts', 'bench', 'backup', 'drain.ts');
    const words = [program, String(server.port), directory, String(bench.times(20))];
    const said = await run(process.execPath, words, { PGPASSWORD: server.password });
    ({ drainMs } = JSON.parse(said) as { drainMs: number[] });
    return 0;
  });
  return { what: 'drain of WAL, idle: wall', ours: median(drainMs), theirs: null, against: 'nobody', unit: 'ms' };
}

/** What takes a backup, bundled as the functions are. */
async function bundled({ root }: Bench, stack: AsyncDisposableStack): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'nightshift-bench-bundle-'));
  stack.defer(() => rmSync(outdir, { recursive: true, force: true }));
  const entryPoints = [{ in: join('scripts', 'bench', 'backup', 'take.ts'), out: 'take' }];
  await build({ ...bundleSettings, absWorkingDir: root, entryPoints, outdir });
  return join(outdir, 'take.mjs');
}

async function ours(program: string, server: BackupServer, { compression, way }: Work): Promise<Cost> {
  return await timed(async (directory) => {
    const words = [program, String(server.port), directory, compression, way];
    const said = await run(process.execPath, words, {
      PGPASSWORD: server.password,
      NODE_EXTRA_CA_CERTS: server.certificate,
    });
    return (JSON.parse(said) as { maxRssKb: number }).maxRssKb;
  });
}

async function theirs({ port, password, certificate }: BackupServer, { compression, way }: Work): Promise<Cost> {
  const tls = way === 'tls' ? { PGSSLMODE: 'verify-full', PGSSLROOTCERT: certificate } : { PGSSLMODE: 'disable' };
  return await timed(async (directory) => {
    const place = ['--host=127.0.0.1', `--port=${port}`, '--username=nightshift_copy', `--pgdata=${directory}`];
    const words = [...place, '--format=tar', '--wal-method=fetch', '--checkpoint=fast', ...THEIRS[compression]];
    await run(join(DEBIAN, 'bin', 'pg_basebackup'), words, { PGPASSWORD: password, ...tls });
    return 0;
  });
}

/** The stanza is made before the clock runs. */
async function pgbackrest(server: BackupServer, compression: Compression): Promise<Cost> {
  let wallMs = 0;
  await timed(async (directory) => {
    const { prepare, backup } = pgbackrestWords(server, directory, compression);
    await run(prepare[0] ?? '', prepare.slice(1), {});
    const beganMs = performance.now();
    await run(backup[0] ?? '', backup.slice(1), {});
    wallMs = performance.now() - beganMs;
    return 0;
  });
  return { wallMs, rssKb: 0 };
}

/** `use` gives the memory in KB. */
async function timed(use: (directory: string) => Promise<number>): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-bench-copy-'));
  chmodSync(directory, 0o700);
  // What another one has written is on the disk before the clock runs, and not meanwhile.
  execFileSync('sync');
  try {
    const beganMs = performance.now();
    const rssKb = await use(directory);
    return { wallMs: performance.now() - beganMs, rssKb };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(program: string, words: readonly string[], more: Record<string, string>): Promise<string> {
  const env = { PATH: '/usr/bin:/bin', LANG: 'C', ...more };
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  let complained = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (complained += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complained.trim().slice(-500)}`);
  return said;
}
