import type { ModalView } from '@slack/types';
import type { Report } from '../core/report.ts';
import { plain, section, type Message, type Rendered } from './blocks.ts';
import { buildForm, usage, type Form, type FormOrigin } from './form.ts';
import { escape, inline } from './mrkdwn.ts';
import type { Poster } from './post.ts';
import { renderReport } from './render-report.ts';
import { respond, type Audience, type Fetch } from './respond.ts';

/** What can be shown to a person: a plain sentence, a report, or something rendered already. */
export type Shown = string | Report | Rendered;
/** The app's answer to a person. `reply` is seen by them alone; `nothing` is for what is shown elsewhere. */
export type DoorAnswer = { reply: Shown } | { replyInChannel: Shown } | { openForm: Form } | { nothing: true };

/** Words for a person, and who sees them. */
export type Spoken = { message: Message; audience: Audience };
/** Where a person is, so that they can be answered. */
export type Origin = FormOrigin & { user: string };

/** A sentence for the person who asked. */
export function sentence(text: string): Spoken {
  const line = escape(text);
  return { message: { text: line, blocks: [section(line)] }, audience: 'ephemeral' };
}

/** Words of an answer; a form is opened instead, and its command is spelled out when Slack cannot open it. */
export async function speak(
  answer: DoorAnswer,
  origin: Origin & { triggerId: string },
  poster: Poster,
): Promise<Spoken | undefined> {
  if ('nothing' in answer) return undefined;
  if ('reply' in answer) return { message: messageOf(answer.reply), audience: 'ephemeral' };
  if ('replyInChannel' in answer) return { message: messageOf(answer.replyInChannel), audience: 'in_channel' };
  const opened = await poster.openView(origin.triggerId, buildForm(answer.openForm, origin));
  if ('ok' in opened) return undefined;
  return sentence(`Slack did not open the form. Type it instead: ${usage(answer.openForm.operation)}`);
}

function messageOf(shown: Shown): Message {
  if (typeof shown === 'string') return sentence(shown).message;
  if ('blocks' in shown) return { text: shown.text, blocks: shown.blocks };
  const { text, blocks } = renderReport(shown, { style: 'ephemeral' });
  return { text, blocks };
}

/** Says it where the person is: below what they typed or clicked, else to them in the channel, else in a direct message. */
export async function say(
  spoken: Spoken,
  origin: Origin,
  via: { poster?: Poster; fetch?: Fetch },
): Promise<{ said: boolean }> {
  const { message, audience } = spoken;
  const answered = await respond(origin.responseUrl, message, audience, via.fetch);
  if ('ok' in answered) return { said: true };
  if (!via.poster) return { said: false };
  const { channel, user } = origin;
  const sent =
    audience === 'in_channel'
      ? await via.poster.post({ channel, ...message })
      : await via.poster.ephemeral({ channel, user, ...message });
  if ('ok' in sent || 'lost' in sent) return { said: 'ok' in sent };
  return { said: 'ok' in (await via.poster.post({ channel: user, ...message })) };
}

/** A modal that only says something: for a form that cannot be answered otherwise. */
export function noticeView(text: string): ModalView {
  return {
    type: 'modal',
    title: plain('Nightshift', 24),
    close: plain('Close', 24),
    blocks: [section(inline(text, 1_000))],
  };
}
