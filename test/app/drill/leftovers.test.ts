import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reapDrills, removeDrillPlace, takeDrillPlace } from '../../../src/app/drill/leftovers.ts';
import { startPostgres } from '../../../src/runtime/postgres-launcher.ts';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import { copyTemplate } from '../../servers/postgres-template.ts';
import { makeServerDirectory, recordServer } from '../../servers/room.ts';

// Every drill takes away what it finds forgotten, those of other tests too: here nobody else looks.
const usual = process.env['TMPDIR'];
beforeAll(() => void (process.env['TMPDIR'] = makeServerDirectory('leftovers')));
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

const made: string[] = [];
afterEach(() => {
  for (const place of made.splice(0)) rmSync(place, { recursive: true, force: true });
});

/** A folder as a drill leaves it whose process was killed: no process has this number. */
function forgotten(): string {
  const place = mkdtempSync(join(tmpdir(), 'nightshift-drill-'));
  made.push(place);
  writeFileSync(join(place, 'drill.json'), JSON.stringify({ pid: 2 ** 30 }));
  giveTo(place, findPostgresIdentity());
  giveBack(join(place, 'drill.json'));
  return place;
}

/** The note is of the account that drills, also where that is root and the server is not. */
function giveBack(note: string): void {
  rmSync(note);
  writeFileSync(note, JSON.stringify({ pid: 2 ** 30 }));
}

test('a drill whose process was killed is taken away, with the server that it left', { timeout: 120_000 }, async () => {
  const place = forgotten();
  mkdirSync(join(place, 'r'), { mode: 0o700 });
  const data = join(place, 'r', 'data');
  await copyTemplate(data, 18);
  giveTo(join(place, 'r'), findPostgresIdentity());
  const server = await startPostgres({ dataDirectory: data, onSpawn: (pid) => recordServer(pid, 'left by a drill') });
  await reapDrills();
  await expect.poll(() => server.hasExited(), { timeout: 60_000 }).toBe(true);
  expect(existsSync(place)).toBe(false);
});

test('a drill that is under way is left alone, and so is what is no drill', async () => {
  const own = takeDrillPlace();
  const other = mkdtempSync(join(tmpdir(), 'nightshift-drill-'));
  made.push(own, other);
  await reapDrills();
  expect([existsSync(own), existsSync(other)]).toEqual([true, true]);
  await removeDrillPlace(own);
  expect(existsSync(own)).toBe(false);
});

test('a number in a note that is some other process now ends nothing', async () => {
  const place = forgotten();
  mkdirSync(join(place, 'r', 'data'), { recursive: true });
  writeFileSync(join(place, 'r', 'data', 'postmaster.pid'), `${process.pid}\n`);
  await reapDrills();
  expect(existsSync(place)).toBe(false);
});
