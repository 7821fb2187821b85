import { createDrills } from '../../../src/local/drills/index.ts';
import { startFleet } from '../../../src/local/fleet/index.ts';

// A process of its own, to be killed: starts a fleet, writes something, halts the standby, says so, and stays.
const fleet = await startFleet({ dataDir: process.argv[2] ?? '', say: () => {} });
await (await fleet.postgres.primary())?.query('CREATE TABLE before_the_kill AS SELECT 1 AS n');
await createDrills(fleet)
  .find(({ name }) => name === 'freeze-standby')
  ?.on();
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
