import type { Seen } from '../../../core/check.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { Machine, MemberDisk } from '../../../targets/machine.ts';
import type { AnyTarget } from '../../../targets/index.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

/** Of a target whose config names who tells of its machines: does it, and where does the data lie? */
export function machineQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  if (!spec.members.some(({ machine }) => machine)) return [];
  return [
    {
      id: `target.${spec.name}.machines`,
      title: `The machines of ${spec.name} are told of`,
      ask: async () => machinesAnswer(await sessions.open(spec, 'read')),
    },
  ];
}

async function machinesAnswer(target: AnyTarget): Promise<Answer> {
  const seen = await target.machines?.machines();
  if (!seen || 'unreliable' in seen) return unreached(seen ? seen.unreliable : 'nobody tells of them');
  if ('skipped' in seen) return { problem: seen.skipped, fix: seen.fix };
  const silent = seen.sample.filter((one: Machine<string>) => one.silent !== undefined);
  const [first] = silent;
  if (first) return unreached(silent.map((one) => `${one.member}: ${one.silent}`).join('; '));
  const disks = await target.machines?.disks();
  return disks ? diskAnswer(disks, seen.sample.length) : { ok: `${seen.sample.length} of them` };
}

function diskAnswer(disks: Seen<readonly MemberDisk[]>, count: number): Answer {
  if ('skipped' in disks) return { problem: disks.skipped, fix: disks.fix };
  if ('unreliable' in disks) return skipped(`their CPU and memory are, but ${disks.unreliable}`);
  const places = new Set(disks.sample.flatMap(({ disk }) => disk?.mountPoint ?? []));
  return { ok: `${count} of them, the data at ${[...places].join(', ')}` };
}

/** From where doctor runs there may be no way to what the read room reaches. */
function unreached(reason: string): Answer {
  return skipped(reason, 'Ask /db doctor of the target: there the read room looks, from its own network.');
}
