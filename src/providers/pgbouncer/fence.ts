import { setTimeout as sleep } from 'node:timers/promises';
import { asFault, Fault } from '../../core/errors.ts';
import type { DatabaseRoom } from '../../core/room.ts';
import type { Fence, FenceLack, FenceState, PoolState } from '../../targets/fence.ts';
import type { FenceSpec, PoolerSpec, TargetSpec } from '../../targets/spec.ts';
import { secretLogin } from '../credentials.ts';
import { limitsOf, type OpenOptions } from '../open-options.ts';
import { hostsToCompare } from './beside.ts';
import { numberIn } from './entry.ts';
import { onConsole, quoted, type Console, type Row } from './console.ts';
import { lackOf } from './lacks.ts';
import { addressesBy, leadsOf } from './leads.ts';
import { standingOf, togetherOf, type Standing } from './standing.ts';

/** Connections that were dropped are gone within milliseconds; more looks than these are for a busy process. */
const LOOKS_BACK = 10;
const LOOK_BACK_MS = 200;

type Place = { spec: TargetSpec; room: DatabaseRoom; options: OpenOptions };
type Work = (console: Console, pooler: PoolerSpec) => Promise<void>;

/** Clients are kept away by PgBouncer processes. Nothing is connected to before something is asked. */
export function fenceBy({ coversAllClients, poolers }: FenceSpec, place: Place): Fence {
  const names = poolers.map(({ name, database }) => `${name} (database ${database})`).join(', ');
  const onAll = (work: Work): Promise<FenceState> => together(poolers, place, work);
  return {
    means: `PgBouncer ${names} drops its clients and lets none in`,
    ...(coversAllClients ? { coversAllClients } : {}),
    clients: [
      'Connections through the pooler are cut, and what they had open is undone.',
      'New ones are refused at once ("database … is disabled") until the fence is opened.',
      ...(coversAllClients ? [] : ['Clients that reach the servers past the pooler notice nothing.']),
    ],
    lacks: () => lacksOf(poolers, place),
    look: () => onAll(async () => {}),
    close: () => onAll(close),
    open: () => onAll(open),
    pools: () => poolsOf(poolers, place),
  };
}

/** Those that answer; a database has a row for each user. https://www.pgbouncer.org/usage.html#show-pools */
async function poolsOf(poolers: readonly PoolerSpec[], { spec, room, options }: Place): Promise<readonly PoolState[]> {
  if (room === 'copy') return [];
  const asked = poolers.map(async (pooler): Promise<PoolState[]> => {
    const path = `targets.${spec.name}.fence.poolers.${pooler.name}.credentials.${room}`;
    const login = await secretLogin(pooler.credentials[room], path, options);
    const rows = await onConsole(pooler, login, limitsOf(options), ({ ask }) => ask('SHOW POOLS'));
    const own = rows.filter((row) => row['database'] === pooler.database);
    const sum = (column: string) => own.reduce((all, row) => all + (numberIn(row[column]) ?? 0), 0);
    return [{ name: pooler.name, waiting: sum('cl_waiting'), atWork: sum('sv_active') }];
  });
  return (await Promise.all(asked.map((one) => one.catch(() => [])))).flat();
}

async function together(poolers: readonly PoolerSpec[], place: Place, work: Work): Promise<FenceState> {
  const standings = await Promise.all(poolers.map((pooler) => standingAfter(pooler, place, work)));
  return { ...togetherOf(standings), leads: await leadsOf(poolers, standings, place.spec.members) };
}

function loginOf(pooler: PoolerSpec, room: 'read' | 'act', { spec, options }: Place) {
  const path = `targets.${spec.name}.fence.poolers.${pooler.name}.credentials.${room}`;
  return secretLogin(pooler.credentials[room], path, options);
}

async function lacksOf(poolers: readonly PoolerSpec[], place: Place): Promise<FenceLack[]> {
  const { room, options } = place;
  if (room === 'copy') return [{ sentence: 'the copy room does not speak to poolers' }];
  const lacks = poolers.map(async (pooler) => {
    try {
      return await lackOf(pooler, room, await loginOf(pooler, room, place), limitsOf(options));
    } catch (thrown) {
      return { sentence: `${pooler.name}: ${asFault(thrown).message}` };
    }
  });
  return (await Promise.all(lacks)).filter((one) => one !== undefined);
}

/** What it said afterwards, whatever happened meanwhile: only an answer counts. */
async function standingAfter(pooler: PoolerSpec, place: Place, work: Work): Promise<Standing> {
  const { room, options } = place;
  try {
    if (room === 'copy') throw new Fault('unsupported', 'the copy room does not speak to poolers');
    const login = await loginOf(pooler, room, place);
    return await onConsole(pooler, login, limitsOf(options), async (console) => {
      await work(console, pooler);
      return await look(console, pooler);
    });
  } catch (thrown) {
    return {
      says: 'unknown',
      to: null,
      sentence: `${pooler.name} did not say how it stands: ${asFault(thrown).message}`,
    };
  }
}

async function look(console: Console, pooler: PoolerSpec): Promise<Standing> {
  const config = await console.ask('SHOW CONFIG');
  const sharesPort = config.some((row) => row['key'] === 'so_reuseport' && String(row['value']) === '1');
  const databases = await console.ask('SHOW DATABASES');
  const addressesOf = await addressesBy(hostsToCompare(pooler, databases));
  return standingOf(pooler, { databases, sharesPort, addressesOf });
}

/**
 * KILL cuts every client and server connection and pauses, without waiting for a server that answers nothing, as PAUSE does for
 * ever. DISABLE before it lets nobody in meanwhile, and keeps out who comes after a RESUME of somebody else.
 * https://www.pgbouncer.org/usage.html#process-controlling-commands
 */
async function close(console: Console, pooler: PoolerSpec): Promise<void> {
  // A name that only `*` knows would be made by the command, and forgotten again with its fence when nobody uses it.
  if (!(await rowOf(console, pooler))) return;
  await console.ask(`DISABLE ${quoted(pooler.database)}`);
  await console.ask(`KILL ${quoted(pooler.database)}`);
  await untilEmpty(console, pooler, LOOKS_BACK);
}

async function untilEmpty(console: Console, pooler: PoolerSpec, looksLeft: number): Promise<void> {
  if (looksLeft === 0 || (await look(console, pooler)).says !== 'open') return;
  await sleep(LOOK_BACK_MS);
  await untilEmpty(console, pooler, looksLeft - 1);
}

async function open(console: Console, pooler: PoolerSpec): Promise<void> {
  const row = await rowOf(console, pooler);
  if (!row) return;
  if (Number(row['disabled']) !== 0) await console.ask(`ENABLE ${quoted(pooler.database)}`);
  // To resume what is not paused is an error.
  if (Number(row['paused']) !== 0) await console.ask(`RESUME ${quoted(pooler.database)}`);
}

async function rowOf(console: Console, { database }: PoolerSpec): Promise<Row | undefined> {
  return (await console.ask('SHOW DATABASES')).find((one) => one['name'] === database);
}
