import { countText, listText } from '../../checks/wording.ts';
import type { FailoverLook, FenceOutlook } from '../../targets/failover.ts';
import type { Precheck, SwitchoverIdentity } from '../../targets/switchover.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import { factsOf } from '../redis-switchover/group.ts';
import { runIds } from '../redis-switchover/fitness.ts';
import { ok, stops, warns } from '../redis-switchover/prechecks.ts';
import type { Heard } from '../redis-heard.ts';
import { candidatesOf } from './fitness.ts';
import { lossOf } from './loss.ts';
import type { Replica } from './link.ts';
import { addressOf, primaryOf, type Roles } from './seen.ts';
import { replicaSign, roomSign, type Primary } from './signs.ts';

/** All that is looked at before a replica takes the place of a dead primary. */
export type Seen = {
  roles: Roles;
  /** What came back from it when it was called anew. */
  heard: Heard;
  fence: FenceOutlook;
  specs: readonly Pick<MemberSpec, 'name' | 'host' | 'port' | 'role'>[];
  /** The server that is wanted, where one was named. */
  wanted: string | undefined;
};

/** What differs by who watches the servers. */
export type Words = Pick<FailoverLook, 'steps' | 'clients' | 'undo'> & { prechecks: readonly Precheck[] };

/** Pure: whether the primary is dead, who could take its place, and what that costs. */
export function lookOf(seen: Seen, words: Words): FailoverLook | { refused: string } {
  const { roles, heard, fence, specs, wanted } = seen;
  const primary = primaryOf(roles, specs);
  if ('refused' in primary) return primary;
  const candidates = candidatesOf(roles, primary);
  const best = wanted ?? candidates.find(({ unfit }) => unfit === null)?.member;
  const chosen = roles.replicas.find(({ standing }) => standing.name === best);
  return {
    primary: primary.name,
    identity: { ...identityOf(primary, roles, specs), ...(chosen ? positionOf(chosen) : {}) },
    signs: [roomSign(heard), ...roles.replicas.map(({ standing, link }) => replicaSign(standing.name, link, primary))],
    candidates,
    prechecks: [...words.prechecks, ...(chosen ? prechecksOf(chosen, roles, primary) : [])],
    loss: lossOf(
      best ?? 'no replica',
      primary.name,
      chosen?.link.follows === primary.address ? chosen.link : undefined,
    ),
    fence: { ...fence, sentence: fence.sentence.replaceAll('{from}', primary.name) },
    steps: words.steps,
    clients: words.clients,
    undo: words.undo,
    facts: chosen ? factsOf(chosen.standing) : [],
  };
}

/** Under this name the identity has the address of a server. */
export function addressName(member: string): string {
  return `address of ${member}`;
}

/** Under this name the identity has how far a replica is. */
export function positionName(member: string): string {
  return `log position of ${member}`;
}

/** Under this name the identity has the histories of the replicas, with a blank between. */
export const REPLICATION_ID = 'replication id';

function identityOf(primary: Primary, { primaries, replicas }: Roles, specs: Seen['specs']): SwitchoverIdentity {
  const standings = [...primaries, ...replicas.map(({ standing }) => standing)];
  const places = specs
    .filter(({ name }) => standings.some((one) => one.name === name))
    .map((spec) => [addressName(spec.name), addressOf(spec)]);
  const histories = [...new Set(replicas.map(({ standing }) => standing.replicationId))];
  return {
    ...Object.fromEntries(places),
    ...runIds(standings),
    [addressName(primary.name)]: primary.address,
    [REPLICATION_ID]: histories.toSorted().join(' '),
  };
}

/** A dead primary sends nothing: a replica that has more than in the plan has heard it since. */
function positionOf({ standing: { name, offsetBytes } }: Replica): SwitchoverIdentity {
  return { [positionName(name)]: offsetBytes };
}

function prechecksOf(chosen: Replica, roles: Roles, primary: Primary): Precheck[] {
  const away = roles.silent.filter(({ name }) => name !== primary.name).map(({ name }) => name);
  const others = roles.replicas.filter(
    ({ standing, link }) => standing.name !== chosen.standing.name && link.follows === primary.address,
  );
  return [
    ...(away.length === 0
      ? []
      : [
          warns(
            'Silent replicas',
            `${listText(away)} cannot be asked, and may have more than ${chosen.standing.name}.`,
          ),
        ]),
    writable(chosen, others.length),
    saved(chosen),
  ];
}

/** Pure: will it take writes once it is promoted? Alone it takes none where `min-replicas-to-write` wants company. */
function writable({ standing: { name, goodReplicas } }: Replica, others: number): Precheck {
  if (goodReplicas === null) return ok('Takes writes', `${name} takes writes without any replica of its own.`);
  const condition = `${name} takes writes only while enough replicas follow it (min-replicas-to-write)`;
  if (others === 0)
    return stops(
      'Takes writes',
      `${condition}, and none would: CONFIG SET min-replicas-to-write 0 there, then ask again.`,
    );
  return warns('Takes writes', `${condition}; ${countText(others, 'other replica')} would.`);
}

function saved({ standing: { name, unsaved } }: Replica): Precheck {
  if (unsaved.length === 0) return ok('Saved', `What ${name} saves on disk was saved the last time.`);
  return warns('Saved', `${name}: ${listText(unsaved)}; with stop-writes-on-bgsave-error it takes no writes.`);
}
