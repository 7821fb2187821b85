import type { AnyTarget } from '../targets/index.ts';
import type { MachineSource, MemberSpec, TargetSpec } from '../targets/spec.ts';
import type { RedisTarget } from '../targets/redis.ts';
import { onceOnly } from './once-only.ts';
import { ExporterSilence } from './exporter-request.ts';
import { allOr, disksOf, machineOf, sizeOf, type OneMachine, type Told } from './machine-answers.ts';

type Source = {
  readMachine(source: MachineSource, dataDirectory: string | undefined, nowMs: number): Promise<Told>;
};

/** Who tells of the machines of servers of one's own; each is loaded when the first of it is asked. */
const sources: { readonly [from: string]: () => Promise<Source> } = {
  'node-exporter': () => import('./node-exporter/read.ts'),
  prometheus: () => import('./prometheus/read.ts'),
};

/** The same target with its machines, where the config says who tells of them; nothing is asked yet. */
export function withMachines<T extends AnyTarget>(target: T, spec: TargetSpec, now: () => number): T {
  const measured = spec.members.flatMap((member) => (member.machine ? [{ member, source: member.machine }] : []));
  if (measured.length === 0) return target;
  const read = onceOnly(() =>
    Promise.all(
      measured.map(async ({ member, source }): Promise<OneMachine> => {
        const directory = source.dataDirectory ?? (await dataDirectoryOf(target, member));
        return { member: member.name, told: await readOne(source, directory, now()) };
      }),
    ),
  );
  const port = {
    name: spec.name,
    now,
    machines: async () => allOr(spec, await read(), (all) => all.map(machineOf)),
    sizes: async () => allOr(spec, await read(), (all) => all.flatMap(sizeOf)),
    disks: async () => disksOf(spec, target, await read()),
  };
  return target.engine === 'postgres'
    ? { ...target, machines: { ...port, engine: 'postgres' } }
    : { ...target, machines: { ...port, engine: 'redis' } };
}

async function readOne(
  source: MachineSource,
  directory: string | undefined,
  nowMs: number,
): Promise<OneMachine['told']> {
  const load = sources[source.from];
  if (!load) return { silent: `there is no reader of machines called ${source.from}` };
  try {
    return await (await load()).readMachine(source, directory, nowMs);
  } catch (thrown) {
    if (thrown instanceof ExporterSilence) return { silent: thrown.message };
    throw thrown;
  }
}

/** https://www.postgresql.org/docs/current/runtime-config-file-locations.html: told to members of pg_read_all_settings alone. */
const DATA_DIRECTORY = "select current_setting('data_directory') as path";

async function dataDirectoryOf(target: AnyTarget, { name }: MemberSpec): Promise<string | undefined> {
  if (target.engine === 'redis') return await redisDirectory(target, name);
  const member = target.members.find((one) => one.name === name);
  const rows = await member?.query<{ path: string }>(DATA_DIRECTORY).catch(() => []);
  return rows?.[0]?.path;
}

/** Snapshots and the append-only file lie there: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
async function redisDirectory(target: RedisTarget, name: string): Promise<string | undefined> {
  const member = target.members.find((one) => one.name === name);
  const said = await member?.call('CONFIG', 'GET', 'dir').catch(() => []);
  const path: unknown = Array.isArray(said) ? said[1] : undefined;
  return typeof path === 'string' && path.startsWith('/') ? path : undefined;
}
