import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startFleet } from '../../src/local/fleet/index.ts';
import { startLaptop, type Laptop, type LaptopOptions } from '../../src/local/laptop.ts';
import { root } from '../house.ts';
import { makeServerDirectory } from './room.ts';
import { BUSY_MACHINE_MS } from '../local/slack/workspace-options.ts';
import { onceARun } from './once-a-run.ts';

/** A directory in which a fleet has been before: its next start takes a tenth of a first one. */
export async function fleetDirectory(): Promise<string> {
  const directory = makeServerDirectory('fleet');
  await copyFleet(directory);
  return directory;
}

/** The laptop with such a fleet, in a directory that goes with the test run. */
export async function startTestLaptop(options: Pick<LaptopOptions, 'clock'> = {}): Promise<Laptop> {
  const dataDir = makeServerDirectory('laptop');
  mkdirSync(join(dataDir, 'fleet'), { mode: 0o711 });
  await copyFleet(join(dataDir, 'fleet'));
  return startLaptop({ root, dataDir, say: () => {}, acknowledgeWithinMs: BUSY_MACHINE_MS, ...options });
}

async function copyFleet(directory: string): Promise<void> {
  const seeded = await onceARun('fleet', async (dataDir) => {
    mkdirSync(dataDir, { mode: 0o711 });
    await (await startFleet({ dataDir, say: () => {} })).stop();
  });
  // Node's own copy gives everything to the one who copies; PostgreSQL's files belong to its account.
  const copied = spawnSync('cp', ['-a', `${seeded}/.`, directory], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`cp: ${copied.stderr}`);
}
