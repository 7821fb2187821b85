import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { AnyTarget } from '../../../targets/index.ts';
import type { MemberSpec, TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

/** Each member is what the config says: a primary that takes writes, a replica that follows. */
export function roleQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  return spec.members
    .filter(({ role }) => role !== 'sentinel')
    .map((member) => ({
      id: `target.${spec.name}.${member.name}.role`,
      title: `${member.name} is a ${member.role}`,
      ask: async () => roleAnswer(await seenRole(await sessions.open(spec, 'read'), member.name), spec, member),
    }));
}

async function seenRole(target: AnyTarget, name: string): Promise<'primary' | 'replica' | undefined> {
  if (target.engine === 'postgres') {
    const member = target.members.find((one) => one.name === name);
    if (!member) return undefined;
    return member.inRecovery ? 'replica' : 'primary';
  }
  const member = target.members.find((one) => one.name === name);
  if (!member) return undefined;
  return (await member.info('replication'))['role'] === 'master' ? 'primary' : 'replica';
}

function roleAnswer(seen: 'primary' | 'replica' | undefined, spec: TargetSpec, member: MemberSpec): Answer {
  if (seen === undefined)
    return skipped(`the read room could not look: see target.${spec.name}.${member.name}.login.read`);
  if (seen === member.role) return { ok: seen };
  return {
    problem: `the server says that it is a ${seen}, the config says ${member.role}`,
    fix: `After a failover: set targets.${spec.name}.members.${member.name}.role to ${seen}, and that of the other member too. Else mend the replication.`,
  };
}
