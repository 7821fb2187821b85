import { usualFailoverLimits, type ApprovalRule, type FailoverLimits } from '../core/safety.ts';
import type { MachineSource, MemberSpec, PatroniSource, TargetSpec } from '../targets/spec.ts';
import type { Config, Member, ScheduleSpec } from './config.ts';
import { credential } from './resolve-credential.ts';
import { backupPlaces, backupPolicy, toolOf } from './resolve-backup.ts';
import { fenceSpec } from './resolve-fence.ts';
import { pointerSpec } from './resolve-pointer.ts';
import type { FailoverEntry } from './failover-schema.ts';
import { handsSpec } from './hands-schema.ts';
import type { MachineEntry } from './machine-schema.ts';
import type { Approval, MemberEntry, NightshiftFile, ScheduleEntry, TargetEntry } from './schema.ts';
import type { PatroniEntry } from './patroni-schema.ts';
import { mergedHideNames, mergedHysteresis, mergedLimits } from './merged-limits.ts';
import { windowSpec } from './resolve-window.ts';

/** The config as the rest of the house sees it. `addresses`: name of a member or a pooler to host and port, laid over the file's. */
export function resolve(file: NightshiftFile, hash: string, addresses: Readonly<Record<string, Address>>): Config {
  return {
    hash,
    timezone: file.timezone,
    environments: Object.entries(file.environments).map(([name, { channel, approvals, failover }]) => ({
      name,
      channel,
      approvals: {
        writes: approvalRule(approvals.writes),
        interrupts: approvalRule(approvals.interrupts),
        destroys: approvalRule(approvals.destroys),
        breakGlass: approvals.breakGlass,
        verbs: Object.fromEntries(Object.entries(approvals.verbs).map(([verb, rule]) => [verb, approvalRule(rule)])),
      },
      failover: failoverLimits(failover),
    })),
    people: Object.entries(file.people).map(member),
    groups: Object.entries(file.groups).map(member),
    targets: Object.entries(file.targets).map(([name, entry]) => {
      const backup = backupPolicy(file, name);
      const backupTool = backup && toolOf(file, name);
      return {
        ...targetSpec(name, entry, addresses),
        ...(mergedHideNames(file, name) ? { hideNames: true } : {}),
        ...(backup === undefined ? {} : { backup }),
        ...(backupTool === undefined ? {} : { backupTool }),
      };
    }),
    schedules: Object.entries(file.schedules).map(scheduleSpec),
    limits: (target, check) => mergedLimits(file, target, check),
    windows: Object.entries(file.windows).map(windowSpec),
    ...(file.backups === undefined ? {} : { backups: backupPlaces(file.backups) }),
    hysteresis: (target, check) => mergedHysteresis(file, target, check),
  };
}

export type Address = { host: string; port: number };

/** `host:port`, the host in brackets when it is an IPv6 address. */
export function address(text: string): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65535 ? undefined : { host, port };
}

function approvalRule(approval: Approval): ApprovalRule {
  return approval === 'policy' ? { by: 'policy' } : { by: 'people', count: approval.people };
}

/** Who writes one of the two bounds means that one. */
function failoverLimits({ minOutageSeconds, lossBytes, lossSeconds }: FailoverEntry): FailoverLimits {
  const usualBytes = lossSeconds === undefined ? usualFailoverLimits.lossBytes : null;
  return { minOutageSeconds, lossBytes: lossBytes ?? usualBytes, lossSeconds: lossSeconds ?? null };
}

function scheduleSpec([name, entry]: [string, ScheduleEntry]): ScheduleSpec {
  const { operation, environment, target, expression, timezone } = entry;
  return { name, operation, subject: target ?? environment ?? '', expression, timezone };
}

function member([name, { slack, roles }]: [string, NightshiftFile['people'][string]]): Member {
  return { name, slack, roles: Object.entries(roles).map(([environment, role]) => ({ environment, role })) };
}

function targetSpec(name: string, entry: TargetEntry, addresses: Readonly<Record<string, Address>>): TargetSpec {
  const { engine, provider, environment, rooms, tls, alarms, account, region, database, masterName, showKeyNames } =
    entry;
  return {
    name,
    engine,
    provider,
    environment,
    rooms,
    tls,
    alarms,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(database === undefined ? {} : { database }),
    ...(masterName === undefined ? {} : { masterName }),
    ...(showKeyNames ? { showKeyNames } : {}),
    ...(entry.fence === undefined ? {} : { fence: fenceSpec(entry.fence, tls, addresses) }),
    ...(entry.pointer === undefined ? {} : { pointer: pointerSpec(entry.pointer) }),
    ...(entry.quarantine === undefined ? {} : { quarantine: entry.quarantine }),
    ...canarySpec(entry),
    members: Object.entries(entry.members).map(([memberName, server]) => {
      const resolved = { ...memberSpec(memberName, server, engine), ...addresses[memberName] };
      const machine = server.role === 'sentinel' ? undefined : (server.machine ?? entry.machine);
      const patroni = server.patroni ?? entry.patroni;
      return {
        ...resolved,
        ...(machine ? { machine: machineSource(machine, resolved.host) } : {}),
        ...(patroni ? { patroni: patroniSource(patroni, resolved.host) } : {}),
      };
    }),
  };
}

/** Through what stands before the servers, as clients come, unless somebody wants it otherwise. */
function canarySpec({ canary, fence }: TargetEntry): Pick<TargetSpec, 'canary'> {
  if (canary === false) return {};
  const usual = fence === undefined ? 'members' : 'poolers';
  return { canary: { by: canary === true ? usual : (canary.by ?? usual) } };
}

function machineSource(entry: MachineEntry, host: string): MachineSource {
  const { from, url, instance = '{host}:9100', dataDirectory } = entry;
  return {
    from,
    url: withHost(url, host),
    instance: withHost(instance, host),
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  };
}

function patroniSource({ url, ...login }: PatroniEntry, host: string): PatroniSource {
  const base = withHost(url, host).replace(/\/$/, '');
  return login.user === undefined ? { url: base } : { url: base, login: credential(login) };
}

/** An IPv6 address stands in brackets in a URL and in the label of a Prometheus alike. */
function withHost(text: string, host: string): string {
  return text.replaceAll('{host}', host.includes(':') ? `[${host}]` : host);
}

function memberSpec(name: string, entry: MemberEntry, engine: TargetEntry['engine']): MemberSpec {
  const { role, host, port, identifier, credentials } = entry;
  const usualPort = engine === 'postgres' ? 5432 : role === 'sentinel' ? 26379 : 6379;
  return {
    name,
    role,
    host,
    port: port ?? usualPort,
    ...(identifier === undefined ? {} : { identifier }),
    ...(entry.hands === undefined ? {} : { hands: handsSpec(entry.hands) }),
    credentials: {
      ...(credentials.read === undefined ? {} : { read: credential(credentials.read) }),
      ...(credentials.act === undefined ? {} : { act: credential(credentials.act) }),
      ...(credentials.copy === undefined ? {} : { copy: credential(credentials.copy) }),
      ...(credentials.canary === undefined ? {} : { canary: credential(credentials.canary) }),
    },
  };
}
