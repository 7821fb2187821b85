import type { Plan } from '../core/plan.ts';
import type { BrokenGlass } from '../core/safety.ts';
import { section, type Rendered } from './blocks.ts';
import { inline } from './mrkdwn.ts';

/** Who is called: Slack ids of people and of user groups. */
export type Called = { people: readonly string[]; groups: readonly string[] };

const mostCalled = 30;

/** Calls all approvers: one of them does without the others. It pings, because that is what it is for. */
export function renderBrokenGlass(plan: Plan, { by, reason }: BrokenGlass, called: Called): Rendered {
  const people = called.people.filter((id) => id !== by && /^[UW][A-Z0-9]{2,20}$/.test(id)).map((id) => `<@${id}>`);
  const groups = called.groups.filter((id) => /^S[A-Z0-9]{2,20}$/.test(id)).map((id) => `<!subteam^${id}>`);
  const all = [...groups, ...people].slice(0, mostCalled).join(' ');
  const what = `\`${inline(plan.operation, 40)}\` on *${inline(plan.target, 80)}*`;
  const line = `:rotating_light: ${what} goes on by the word of <@${inline(by, 20)}> alone: ${inline(reason, 300)}`;
  return {
    text: line,
    blocks: [section(`${line}\n${all}`.trim()), section(`*Can be lost:* ${inline(plan.loss, 400)}`)],
    thread: [],
  };
}
