import { setTimeout as pause } from 'node:timers/promises';
import type { Sent } from './sent.ts';

const PAUSES_MS = [500, 1_000, 2_000, 4_000];

/**
 * Sends again what Slack refuses because of a picture: it looks at an uploaded file for some seconds before a message may show
 * it, and says only that the block is invalid (https://github.com/slackapi/python-slack-sdk/issues/1521). A refused message was
 * not carried out.
 */
export async function whilePicturesAreLookedAt(send: () => Promise<Sent>): Promise<Sent> {
  let sent = await send();
  for (const ms of PAUSES_MS) {
    if (!('reformat' in sent && sent.reformat.includes('slack_file'))) break;
    await pause(ms);
    sent = await send();
  }
  return sent;
}
