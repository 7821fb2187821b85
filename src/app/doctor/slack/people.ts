import type { Config, Member } from '../../../config/config.ts';
import type { Answer, Question } from '../../../core/question.ts';
import type { Installation } from '../../../slack/installation.ts';
import { unforeseen, withToken, type SlackAccess } from './access.ts';

/** Everybody whom the config names is known to Slack: people by users.info, groups by usergroups.list. */
export function peopleQuestions(access: SlackAccess, config: Config): Question[] {
  let listed: ReturnType<Installation['userGroups']> | undefined;
  return [
    ...config.people.map((person) => ({
      id: `slack.person.${person.name}`,
      title: `${person.name} is known to Slack`,
      ask: () => withToken(access, (slack) => personAnswer(slack, person)),
    })),
    ...config.groups.map((group) => ({
      id: `slack.group.${group.name}`,
      title: `The user group ${group.name} exists`,
      ask: () => withToken(access, async (slack) => groupAnswer(await (listed ??= slack.userGroups()), group)),
    })),
  ];
}

async function personAnswer(slack: Installation, { name, slack: id }: Member): Promise<Answer> {
  const person = await slack.person(id);
  const fix = `Set people.${name}.slack to the member id (Profile > ⋮ > Copy member ID), or remove people.${name}.`;
  if ('seen' in person) {
    if (person.seen.deleted) return { problem: `${id} is a deactivated account`, fix };
    if (person.seen.bot) return { problem: `${id} is a bot; a role is for a person`, fix };
    return { ok: `${id} is ${person.seen.name}` };
  }
  if (!('refused' in person) || !/^user_not_(?:found|visible)$/.test(person.refused)) return unforeseen(person);
  return { problem: `Slack knows nobody with the id ${id}`, fix };
}

function groupAnswer(groups: Awaited<ReturnType<Installation['userGroups']>>, { name, slack: id }: Member): Answer {
  if (!('seen' in groups)) return unforeseen(groups);
  if (groups.seen.enabled.includes(id)) return { ok: id };
  const what = groups.seen.disabled.includes(id) ? 'is disabled' : 'does not exist';
  return {
    problem: `the user group ${id} ${what}, so it gives nobody a role`,
    fix: `Set groups.${name}.slack to a group's id (People > User groups > ⋮ > Copy group ID), or remove groups.${name}.`,
  };
}
