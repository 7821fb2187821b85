import type { Seen } from '../core/check.ts';
import type { Machine, MachineMetric, MachineSize, MemberDisk } from '../targets/machine.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { Reading } from './node-exporter/reading.ts';

/** What was told of one machine; `unknown`: nothing is known under this name, and `key` of its `machine` in the config would mend it. */
export type Told =
  | { reading: Reading; rates?: { measures: Machine<MachineMetric>['measures']; overSeconds: number } }
  | { unknown: string; key: string };

/** A member with what came of asking for its machine. */
export type OneMachine = { member: string; told: Told | { silent: string } };

/** Pure: one machine that is silent leaves the others to be seen; a name that is not known is a gap until the config is mended. */
export function allOr<R>(
  spec: TargetSpec,
  all: readonly OneMachine[],
  make: (all: readonly OneMachine[]) => readonly R[],
): Seen<readonly R[]> {
  for (const { member, told } of all) {
    if ('unknown' in told)
      return { skipped: told.unknown, fix: `Set ${keyOf(spec, member, told.key)} in nightshift.yaml.` };
  }
  const silent = all.flatMap(({ member, told }) => ('silent' in told ? [`${member}: ${told.silent}`] : []));
  if (silent.length === all.length) return { unreliable: `no machine could be seen (${silent.join('; ')})` };
  return { sample: make(all) };
}

function keyOf({ name }: TargetSpec, member: string, key: string): string {
  return `targets.${name}.members.${member}.machine.${key}`;
}

/** Pure. */
export function machineOf({ member, told }: OneMachine): Machine<MachineMetric | 'freeStorageBytes'> {
  if ('silent' in told) return { member, identifier: member, measures: {}, overSeconds: 0, silent: told.silent };
  if ('unknown' in told) return { member, identifier: member, measures: {}, overSeconds: 0, silent: told.unknown };
  const { reading, rates } = told;
  const common = { member, identifier: member };
  if (rates) return { ...common, measures: { ...reading.gauges, ...rates.measures }, overSeconds: rates.overSeconds };
  return { ...common, measures: reading.gauges, overSeconds: 0, counters: reading.counters };
}

/** Pure. */
export function sizeOf({ member, told }: OneMachine): MachineSize[] {
  return 'reading' in told ? [{ member, memoryBytes: told.reading.memoryBytes }] : [];
}

/** Pure: a member that is down tells no directory; it is told of elsewhere, and the others are looked at. */
export function disksOf(
  spec: TargetSpec,
  target: Pick<AnyTarget, 'unreached'>,
  all: readonly OneMachine[],
): Seen<readonly MemberDisk[]> {
  const down = new Set(target.unreached.map(({ name }) => name));
  const read = all.flatMap(({ member, told }) => ('reading' in told ? [{ member, disk: told.reading.disk }] : []));
  const blind = read.find(({ member, disk }) => !disk && (disk === null || !down.has(member)));
  if (blind) return unseenDisk(spec, blind.member, blind.disk);
  const seen = allOr(spec, all, () => read);
  if (!('sample' in seen)) return seen;
  const disks = read.flatMap(({ member, disk }) =>
    disk ? [{ member, disk: { sizeBytes: disk.sizeBytes, growsToBytes: null, mountPoint: disk.mountPoint } }] : [],
  );
  return disks.length > 0 ? { sample: disks } : { unreliable: 'no member says where its data lies' };
}

/** Who may be told where the data lies. */
const ALLOW = { postgres: 'GRANT pg_read_all_settings', redis: 'Allow +config|get' } as const;

function unseenDisk(spec: TargetSpec, member: string, disk: Reading['disk']): { skipped: string; fix: string } {
  const key = keyOf(spec, member, 'dataDirectory');
  return disk === null
    ? {
        skipped: `no file system that is measured on the machine of ${member} holds its data`,
        fix: `Set ${key} in nightshift.yaml.`,
      }
    : {
        skipped: `where the data of ${member} lies is not told`,
        fix: `${ALLOW[spec.engine]} to the login of the read room, or set ${key} in nightshift.yaml.`,
      };
}
