import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDrill } from '../../../src/app/drill/drill.ts';
import { reapDrills } from '../../../src/app/drill/leftovers.ts';
import type { CopyProgress } from '../../../src/core/backup.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { carryOut } from '../../../src/operations/drill/carry-out.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import type { AnyTarget } from '../../../src/targets/index.ts';
import { collect } from '../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { backUp, drainAll } from '../restore/restored.ts';
import { ownFolders } from './own-folders.ts';

const TIME_MS = 240_000;
let server: TestPostgres;
let directory: string;
let store: BackupStore;
const mounted: string[] = [];

/** A small disk of its own; only root may make one. */
function mountDisk(place: string, megabytes: number): void {
  mkdirSync(place, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'none', place], { stdio: 'pipe' });
  mounted.push(place);
}
function unmountAll(): void {
  for (const place of mounted.splice(0)) execFileSync('umount', [place], { stdio: 'pipe' });
}
const canMount = ((): boolean => {
  const place = join(tmpdir(), `nightshift-mount-${process.pid}`);
  try {
    mountDisk(place, 1);
    unmountAll();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
})();
if (!canMount) process.stderr.write('SKIPPED: drills on a disk that is full: only root may mount one\n');

type How = { signal?: AbortSignal; progress?: (at: CopyProgress) => void };
function drill({ signal = new AbortController().signal, progress = () => undefined }: How = {}) {
  const spec = { ...server.spec, backup: usualBackupPolicy };
  return carryOut(
    { engine: 'postgres', name: 'shop-db' } as AnyTarget,
    { to: 'latest', store: 'primary' },
    {
      runId: 'drill-1',
      stores: [store],
      policy: usualBackupPolicy,
      progress,
      signal,
      drill: createDrill({ specOf: () => spec, seconds: 870 }),
    },
  );
}
const proofs = async () => (await collect(store.list(''))).filter(({ key }) => key.includes('/proof/'));

beforeAll(async () => {
  directory = makeServerDirectory('drill-trouble');
  await chmod(directory, 0o755);
  store = createDirectoryStore({ name: 'primary', directory: join(directory, 'store') });
  server = await startTestPostgres({ settings: { max_slot_wal_keep_size: '1GB' } });
  await server.query('CREATE TABLE orders AS SELECT n, md5(n::text) AS what FROM generate_series(1, 200000) n');
  await backUp(server, store);
  await drainAll(server, store);
}, TIME_MS);
afterEach(() => {
  unmountAll();
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}, TIME_MS);

test(
  'a drill whose run is stopped while it fetches ends, proves nothing, and leaves nothing',
  { timeout: TIME_MS },
  async () => {
    const stop = new AbortController();
    const progress = ({ doneBytes }: CopyProgress) => {
      if (doneBytes > 0) stop.abort(new Error('because the run was stopped'));
    };
    expect(await drill({ signal: stop.signal, progress })).toEqual({
      refused: 'the drill was given up, because the run was stopped, and proves nothing.',
    });
    expect({ folders: ownFolders(), proofs: await proofs() }).toEqual({ folders: [], proofs: [] });
  },
);

describe.skipIf(!canMount)('a drill on a disk', () => {
  const usual = process.env['TMPDIR'];
  let disk = '';
  afterEach(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
  });
  const onDisk = (megabytes: number) => {
    disk = join(directory, `disk-${megabytes}`);
    mountDisk(disk, megabytes);
    process.env['TMPDIR'] = disk;
  };

  test('that has not room enough is refused before a byte is fetched', { timeout: TIME_MS }, async () => {
    onDisk(10);
    expect(await drill()).toEqual({
      refused: expect.stringMatching(/there is not room enough.*Set TMPDIR to a folder with more room/) as string,
    });
    expect(readdirSync(disk)).toEqual([]);
  });

  test('that becomes full on the way says so, and disproves nothing', { timeout: TIME_MS }, async () => {
    onDisk(400);
    const progress = () => {
      // Somebody else writes there, too.
      if (!existsSync(join(disk, 'others')))
        try {
          execFileSync('dd', ['if=/dev/zero', `of=${join(disk, 'others')}`, 'bs=1M'], { stdio: 'ignore' });
        } catch {
          // It ends when there is no room left.
        }
    };
    expect(await drill({ progress })).toEqual({
      refused: expect.stringMatching(/^the disk became full while the drill worked, so it proves nothing/) as string,
    });
    expect(readdirSync(disk)).toEqual(['others']);
    expect(await proofs()).toEqual([]);
  });

  test('that cannot be taken away says what is left, and the reaper takes it later', { timeout: TIME_MS }, async () => {
    onDisk(600);
    const busy = { place: '' };
    const progress = () => {
      const [name] = busy.place === '' ? readdirSync(disk) : [];
      if (name === undefined) return;
      busy.place = join(disk, name, 'busy');
      mountDisk(busy.place, 1);
    };
    const answer = await drill({ progress });
    if ('refused' in answer) throw new Error(answer.refused);
    expect(answer.done.proofs.map(({ level, outcome }) => `${level} ${outcome}`)).toEqual(['L3 passed', 'L4 passed']);
    expect(answer.done.leftover).toMatch(/^the folder of the drill could not be removed: .*busy/);
    const place = join(busy.place, '..');
    expect(existsSync(place)).toBe(true);
    execFileSync('umount', [busy.place]);
    mounted.splice(mounted.indexOf(busy.place), 1);
    // Of a process that lives it is taken after two hours.
    const note = join(place, 'drill.json');
    expect(await reapDrills(disk)).toBe(0);
    utimesSync(note, new Date(0), new Date(0));
    expect(await reapDrills(disk)).toBe(1);
    expect(readdirSync(disk)).toEqual([]);
  });
});
