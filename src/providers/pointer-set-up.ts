import type { Answer, Question } from '../core/question.ts';
import { memberAt } from '../targets/pointer.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { pointerOf } from './pointers.ts';

/** Whether what clients of a target look it up by can be read, and names one of its servers. It changes nothing. */
export function pointerQuestions(spec: TargetSpec): Question[] {
  if (!spec.pointer) return [];
  const { name } = spec.pointer;
  return [
    {
      id: `target.${spec.name}.pointer`,
      title: `${name} can be read, and names a server of ${spec.name}`,
      ask: () => pointerAnswer(spec, name),
    },
  ];
}

async function pointerAnswer(spec: TargetSpec, name: string): Promise<Answer> {
  const opened = await pointerOf(spec, { region: spec.region, now: Date.now });
  if (!opened) return { skipped: `nothing is known that keeps ${name}` };
  try {
    const look = await opened.pointer.look();
    if ('refused' in look) return { problem: look.refused, fix: 'See docs/runbooks/repoint.md: what it needs.' };
    const member = memberAt(look, look.said);
    if (member !== null) return unfitIn(look.hosts) ?? { ok: `it says ${look.said.host}, which is ${member}` };
    return {
      problem: `${name} says ${look.said.host}, which is the host of no member of ${spec.name}`,
      fix: `Write the hosts as clients know them under targets.${spec.name}.members, or take the pointer out: what follows by itself needs none.`,
    };
  } finally {
    opened.close();
  }
}

function unfitIn(hosts: readonly { member: string; unfit: string | null }[]): Answer | undefined {
  const found = hosts.find(({ unfit }) => unfit !== null);
  return found && { problem: found.unfit ?? '', fix: `Mend the host of ${found.member}, or the type of the record.` };
}
