import type { WebClient } from '@slack/web-api';
import type { Sent } from './sent.ts';
import { classify } from './thrown.ts';

/** A picture; `altText` is what it shows, for who cannot see it. */
export type Picture = { name: string; png: Uint8Array; title: string; altText: string };

/**
 * Brings a picture to Slack in its three steps, for nobody but the bot until a message shows it; `ok` is the file's id.
 * https://docs.slack.dev/reference/methods/files.getUploadURLExternal
 */
export async function uploadPicture(client: WebClient, { name, png, title, altText }: Picture): Promise<Sent> {
  try {
    const { files } = await client.filesUploadV2({
      file: Buffer.from(png),
      filename: name,
      title,
      alt_text: altText,
      // So that Slack shows it before it has looked at it.
      highlight_type: 'png',
    });
    const id = files.flatMap((completed) => completed.files ?? [])[0]?.id;
    return id === undefined ? { permanent: 'Slack gave the file no id' } : { ok: id };
  } catch (error) {
    return classify(error, false);
  }
}
