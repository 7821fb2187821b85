import type { Answer, Question } from '../core/question.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { handOf } from './host-hands.ts';

/** Whether the agents on the hosts of a target, where the config names some, answer at this moment. It sends nothing. */
export function handQuestions(spec: TargetSpec): Question[] {
  return spec.members.flatMap(({ name, hands }) =>
    hands?.agent === undefined
      ? []
      : [
          {
            id: `target.${spec.name}.hand.${name}`,
            title: `The agent on the host of ${name} can be reached (${hands.agent.node})`,
            ask: () => handAnswer(spec, name),
          },
        ],
  );
}

/** Whoever runs doctor assumes no role, so that a missing one is asked about elsewhere. */
async function handAnswer(spec: TargetSpec, member: string): Promise<Answer> {
  const opened = await handOf(spec, { region: spec.region, now: Date.now, failoverRole: 'not asked for here' });
  if (!opened) return { skipped: `nothing is known that has a hand on the host of ${member}` };
  try {
    const { unfit } = await opened.hand.look(member);
    if (unfit === null) return { ok: 'it is online' };
    return { problem: unfit, fix: 'See docs/runbooks/rejoin.md: by the agent of Systems Manager.' };
  } finally {
    opened.close();
  }
}
