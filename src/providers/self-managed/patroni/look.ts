import type { PostgresMember, PostgresTarget } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { SwitchoverCandidate, SwitchoverLook } from '../../../targets/switchover.ts';
import { askPrimary, askStandby, type PrimaryFacts } from '../switchover/ask-role.ts';
import { sizeWords } from '../switchover/size.ts';
import { ourRoles } from '../switchover/look.ts';
import { standingOf, type Standing } from '../switchover/world.ts';
import { candidateOf } from './candidate.ts';
import { identityOf, startedAt } from './identity.ts';
import { planWords } from '../../../targets/runbook.ts';
import { runbook } from './runbook.ts';
import { prechecksOf } from './prechecks.ts';
import { memberOf, viewOf, type View } from './view.ts';
import { whoLeads } from './who-leads.ts';

type Target = Pick<PostgresTarget, 'name' | 'members' | 'unreached'>;
type Asked = { member: PostgresMember; standing: Standing };

/** Who leads, by Patroni and by the servers alike; who could, and what is in the way. It changes nothing. */
export async function look(spec: TargetSpec, target: Target): Promise<SwitchoverLook | { refused: string }> {
  const [view, asked] = await Promise.all([
    viewOf(spec),
    Promise.all(target.members.map(async (member) => ({ member, standing: await standingOf(member.query) }))),
  ]);
  if ('silent' in view) {
    return {
      refused: `no Patroni of ${target.name} answers as it should (${view.silent}): targets.${target.name}.patroni in nightshift.yaml says where they are`,
    };
  }
  const writable = asked.filter(({ standing }) => !standing.inRecovery).map(({ member }) => member.name);
  const leads = whoLeads(target, view, writable);
  if ('refused' in leads) return leads;
  const primary = asked.find(({ member }) => member.name === leads.leader);
  if (!primary) return { refused: `${leads.leader} does not answer` };
  return await lookFrom(spec, target, view, primary, asked);
}

async function lookFrom(
  spec: TargetSpec,
  target: Target,
  view: View,
  primary: Asked,
  asked: readonly Asked[],
): Promise<SwitchoverLook> {
  const { name } = primary.member;
  const does = await askPrimary(primary.member, ourRoles(spec));
  const started = await startedAt(primary.member.query);
  return {
    primary: name,
    identity: identityOf(name, primary.standing, started),
    candidates: await candidatesOf(target, view, does, primary, asked),
    prechecks: prechecksOf(view, { member: name, does }),
    ...planWords(runbook),
    loss: runbook.loss,
    facts: [
      { label: 'Client sessions that are ended', value: String(does.sessions) },
      { label: 'Size', value: (await sizeWords(primary.member)).replace(', ', '') || 'not said in time' },
      { label: 'Who does it', value: `Patroni, cluster ${scopeOf(view) ?? '(no name)'}` },
    ],
  };
}

function scopeOf({ statuses }: View): string | undefined {
  const scopes = [...statuses.values()].flatMap((status) => ('silent' in status ? [] : (status.patroni?.scope ?? [])));
  return scopes[0];
}

async function candidatesOf(
  { unreached }: Target,
  view: View,
  { lsn, logicalSlots }: PrimaryFacts,
  primary: Asked,
  asked: readonly Asked[],
): Promise<SwitchoverCandidate[]> {
  const others = asked.filter((one) => one !== primary);
  const standbys = await Promise.all(
    others.map(async ({ member, standing }) => ({
      member: member.name,
      standing,
      does: standing.inRecovery ? await askStandby(member, lsn) : null,
      theirs: memberOf(view, member.name),
      status: view.statuses.get(member.name) ?? { silent: 'it is not in nightshift.yaml' },
    })),
  );
  const leading = { ...primary.standing, logicalSlots };
  return [
    ...standbys.map((standby) => candidateOf(leading, view.settings, standby)).toSorted(byFitness),
    ...unreached.map(({ name, reason }) => ({ member: name, unfit: `it does not answer: ${reason}.`, lagBytes: null })),
  ];
}

function byFitness(one: SwitchoverCandidate, other: SwitchoverCandidate): number {
  if ((one.unfit === null) !== (other.unfit === null)) return one.unfit === null ? -1 : 1;
  return (one.lagBytes ?? 0) - (other.lagBytes ?? 0);
}
