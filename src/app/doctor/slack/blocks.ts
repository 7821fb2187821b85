import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { Installation } from '../../../slack/installation.ts';
import { sampleRenderings } from '../../../slack/samples.ts';
import { withToken, type SlackAccess } from './access.ts';

/** Slack takes every kind of message that the bot sends, as Slack itself says. */
export function blocksQuestion(access: SlackAccess): Question {
  return {
    id: 'slack.blocks',
    title: 'Slack takes every kind of message',
    ask: () => withToken(access, blocksAnswer),
  };
}

async function blocksAnswer(slack: Installation): Promise<Answer> {
  const renderings = Object.entries(sampleRenderings());
  const asked = await Promise.all(
    renderings.map(async ([kind, rendering]) => ({ kind, said: await slack.faultsOf(rendering) })),
  );
  const wrong = asked.flatMap(({ kind, said }) =>
    'seen' in said ? said.seen.map((fault) => `${kind}: ${fault}`) : [],
  );
  if (wrong.length > 0) {
    return {
      problem: wrong.slice(0, 4).join('; '),
      fix: 'Slack changed what it takes: update Nightshift, and report these words to its authors.',
    };
  }
  const silent = asked.flatMap(({ said }) => ('seen' in said ? [] : Object.values(said)));
  if (silent.length > 0) return skipped(`Slack's blocks.validate did not answer: ${[...new Set(silent)].join(', ')}`);
  return { ok: asked.map(({ kind }) => kind).join(', ') };
}
