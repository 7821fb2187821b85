import type { HomeView, KnownBlock, MessageMetadata, ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { clientOptions, type SlackAccess } from './client-options.ts';
import { findSlot, repliesOf, type Found, type Reply } from './find.ts';
import type { Sent } from './sent.ts';
import { whilePicturesAreLookedAt } from './patience.ts';
import { classify } from './thrown.ts';
import { uploadPicture, type Picture } from './upload.ts';

export type { Sent, Unsent } from './sent.ts';
export type { Found, Reply } from './find.ts';

/** The type of the metadata by which a message of ours is found again. */
export const messageEventType = 'nightshift_message';

type Content = { channel: string; text: string; blocks: readonly KnownBlock[] };
/** `slot` names the message: a second message of the same slot is a repeat. */
export type Post = Content & { slot?: string; threadTs?: string };
export type Update = Content & { ts: string };
export type Ephemeral = Content & { user: string; threadTs?: string };

/** What the bot asks of Slack. Nothing throws: what went wrong is in the answer. */
export type Poster = {
  post(message: Post): Promise<Sent>;
  update(message: Update): Promise<Sent>;
  /** The message of a slot, not older than the ISO time `since`, in the channel or in a thread of it. */
  find(channel: string, slot: string, where: { since: string; threadTs?: string }): Promise<Found>;
  /** The messages of a thread, oldest first, without its first one. */
  replies(channel: string, threadTs: string): Promise<{ replies: readonly Reply[] } | Exclude<Sent, { ok: string }>>;
  ephemeral(message: Ephemeral): Promise<Sent>;
  openView(triggerId: string, view: ModalView): Promise<Sent>;
  publishHome(user: string, view: HomeView): Promise<Sent>;
  /** Brings a picture to Slack, where a message may show it; `ok` is the file's id. */
  upload(picture: Picture): Promise<Sent>;
};

/** A poster for one bot token. */
export function createPoster(options: SlackAccess): Poster {
  // The client cannot know whether a call whose answer was lost had been carried out: what must not happen twice is sent once.
  const once = new WebClient(options.token, clientOptions(options, 0));
  const again = new WebClient(options.token, clientOptions(options, 2));
  return {
    post: (message) => whilePicturesAreLookedAt(() => call(false, () => once.chat.postMessage(postArguments(message)))),
    update: ({ channel, ts, text, blocks }) =>
      whilePicturesAreLookedAt(() =>
        call(true, () => again.chat.update({ channel, ts, text, blocks: [...blocks], link_names: false })),
      ),
    find: (channel, slot, where) => findSlot(again, channel, slot, where),
    replies: (channel, threadTs) => repliesOf(again, channel, threadTs),
    ephemeral: ({ channel, user, text, blocks, threadTs }) =>
      call(false, () =>
        once.chat.postEphemeral({ channel, user, text, blocks: [...blocks], ...inThread(threadTs), link_names: false }),
      ),
    openView: (triggerId, view) => call(false, () => once.views.open({ trigger_id: triggerId, view })),
    publishHome: (user, view) => call(true, () => again.views.publish({ user_id: user, view })),
    upload: (picture) => uploadPicture(again, picture),
  };
}

function postArguments({
  channel,
  text,
  blocks,
  slot,
  threadTs,
}: Post): Parameters<WebClient['chat']['postMessage']>[0] {
  return {
    channel,
    text,
    blocks: [...blocks],
    ...inThread(threadTs),
    ...(slot === undefined ? {} : { metadata: metadataOf(slot) }),
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
}

function metadataOf(slot: string): MessageMetadata {
  return { event_type: messageEventType, event_payload: { slot } };
}

function inThread(threadTs: string | undefined): { thread_ts?: string } {
  return threadTs === undefined ? {} : { thread_ts: threadTs };
}

type Answer = { ts?: string; message_ts?: string; view?: { id?: string } };

async function call(repeatable: boolean, ask: () => Promise<Answer>): Promise<Sent> {
  try {
    const answer = await ask();
    return { ok: answer.ts ?? answer.message_ts ?? answer.view?.id ?? '' };
  } catch (error) {
    return classify(error, repeatable);
  }
}
