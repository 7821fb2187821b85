import type { Messages, Posted } from '../state/messages.ts';
import type { Message, Rendered } from '../slack/blocks.ts';
import type { Poster, Sent } from '../slack/post.ts';
import { simplified } from '../slack/render-progress.ts';
import { DeliveryDelayed } from './delivery-delayed.ts';

/** A post whose answer got lost is looked for after this long at the earliest. */
const LOOK_AFTER_MS = 3_000;
/** A post by somebody else that nobody confirmed for this long is taken over. */
const TAKE_OVER_AFTER_MS = 15_000;
/** What a person has to mend in Slack or in the config is tried again slowly. */
const MEND_SECONDS = 300;

export type DeliverTools = { poster: Poster; messages: Messages; now(): number };

/** One message of Slack, named by its slot, whoever wants to write it. */
export type Delivery = {
  slot: string;
  /** The run or handler that writes. */
  by: string;
  channel: string;
  /** Where the message is a reply. */
  threadTs?: string;
  /** The newest state as a message; called again when somebody wrote meanwhile. */
  render(): Promise<Rendered>;
};

/**
 * Puts the newest text into the slot's one message, posting it where nobody has. Throws DeliveryDelayed while Slack cannot
 * take it or a lost answer has to be looked for first; to be called again then.
 */
export async function deliver(tools: DeliverTools, delivery: Delivery): Promise<Posted> {
  const place = await placeOf(tools, delivery);
  if (!place.isNew) return refresh(tools, delivery, place.posted);
  await tools.messages.rendered(delivery.slot, tools.now());
  return place.posted;
}

type Place = { posted: Posted; isNew: boolean };

async function placeOf(tools: DeliverTools, delivery: Delivery): Promise<Place> {
  const { slot, channel, by } = delivery;
  const reserved = await tools.messages.reserve(slot, channel, by);
  if ('posted' in reserved) return { posted: reserved.posted, isNew: false };
  if ('mine' in reserved) return post(tools, delivery, '');
  return findOrTakeOver(tools, delivery, reserved.pending);
}

/** Somebody, perhaps we before a crash, meant to post: look for the slot in the channel before posting again. */
async function findOrTakeOver(
  tools: DeliverTools,
  delivery: Delivery,
  pending: { since: string; by: string },
): Promise<Place> {
  const { slot, by, channel } = delivery;
  const ageMs = tools.now() - Date.parse(pending.since);
  const patienceMs = pending.by === by ? LOOK_AFTER_MS : TAKE_OVER_AFTER_MS;
  if (ageMs < patienceMs) throw new DeliveryDelayed('another post of this message is under way', 2);
  const found = await tools.poster.find(channel, slot, { since: pending.since, ...inThread(delivery) });
  if ('found' in found) return { posted: await tools.messages.confirm(slot, channel, found.found), isNew: false };
  if ('retry' in found) throw new DeliveryDelayed(found.reason, found.retry);
  if (!(await tools.messages.takeOver(slot, pending.since, by))) throw new DeliveryDelayed('somebody else posts it', 2);
  // Silence is worse than a repeat: only where nobody could look is it posted again, and says so.
  return post(tools, delivery, 'absent' in found ? '' : ' (possibly a repeat)');
}

async function post(tools: DeliverTools, delivery: Delivery, mark: string): Promise<Place> {
  const { slot, channel } = delivery;
  const message = await delivery.render();
  const marked = { ...message, text: `${message.text}${mark}` };
  const where = { channel, slot, ...inThread(delivery) };
  let sent = await tools.poster.post({ ...where, ...content(marked) });
  if ('reformat' in sent) sent = await tools.poster.post({ ...where, ...content(simplified(marked)) });
  if ('reformat' in sent) sent = await tools.poster.post({ ...where, text: marked.text, blocks: [] });
  if ('ok' in sent) return { posted: await tools.messages.confirm(slot, channel, sent.ok), isNew: true };
  throw delayOf(sent);
}

async function refresh(tools: DeliverTools, delivery: Delivery, posted: Posted): Promise<Posted> {
  let version = tools.now();
  while (await tools.messages.mayRender(delivery.slot, version)) {
    const message = await delivery.render();
    let sent = await tools.poster.update({ ...posted, ...content(message) });
    if ('reformat' in sent) sent = await tools.poster.update({ ...posted, ...content(simplified(message)) });
    if ('reformat' in sent) sent = await tools.poster.update({ ...posted, text: message.text, blocks: [] });
    // The message was deleted or can no longer be edited: a new one takes its place, under a name of its own.
    if ('recreate' in sent) return deliver(tools, { ...delivery, slot: `${delivery.slot}+` });
    if (!('ok' in sent)) throw delayOf(sent);
    const { newest } = await tools.messages.rendered(delivery.slot, version);
    if (newest <= version) break;
    // Somebody began to write a newer text while ours was on its way and may lie under ours now.
    version = Math.max(tools.now(), newest + 1);
  }
  return posted;
}

function inThread(delivery: Delivery): { threadTs?: string } {
  return delivery.threadTs === undefined ? {} : { threadTs: delivery.threadTs };
}

function content({ text, blocks }: Message): Message {
  return { text, blocks };
}

function delayOf(sent: Exclude<Sent, { ok: string }>): DeliveryDelayed {
  if ('retry' in sent) return new DeliveryDelayed(sent.reason, sent.retry);
  if ('lost' in sent) return new DeliveryDelayed(`Slack's answer was lost: ${sent.lost}`, 4);
  if ('permanent' in sent) return new DeliveryDelayed(`Slack refuses: ${sent.permanent}`, MEND_SECONDS);
  if ('recreate' in sent) return new DeliveryDelayed(`Slack refuses: ${sent.recreate}`, MEND_SECONDS);
  return new DeliveryDelayed(`Slack refuses the message: ${sent.reformat}`, MEND_SECONDS);
}
