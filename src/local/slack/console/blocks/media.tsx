import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { Link } from '../mrkdwn-view.tsx';
import { Picture } from './image.tsx';
import { plainText } from './text-object.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/video-block: the console plays nothing, it opens the video's own page. */
export function Video({ block }: { block: JsonObject }): VNode {
  const title = plainText(block['title']);
  const address = textAt(block, 'title_url') ?? textAt(block, 'video_url') ?? '';
  const from = [textAt(block, 'provider_name'), textAt(block, 'author_name')].filter(Boolean).join(' · ');
  const thumbnail = { alt_text: textAt(block, 'alt_text') ?? '', image_url: textAt(block, 'thumbnail_url') ?? '' };
  return (
    <figure class="block video">
      <figcaption>
        {from !== '' && <small>{from}</small>}
        <b>
          <Link url={address} text={title} />
        </b>
        {block['description'] !== undefined && <span>{plainText(block['description'])}</span>}
      </figcaption>
      <a class="thumbnail" href={address} target="_blank" rel="noreferrer" aria-label={`Play ${title}`}>
        <Picture image={thumbnail} />
        <span class="play" aria-hidden="true">
          ▶
        </span>
      </a>
    </figure>
  );
}

/** https://docs.slack.dev/reference/block-kit/blocks/file-block: a file that lives elsewhere, of which Slack knows only the id. */
export function RemoteFile({ block }: { block: JsonObject }): VNode {
  return (
    <div class="block file-card">
      <span class="file-kind">
        <Icon name="reply" />
      </span>
      <span>
        <b>{textAt(block, 'external_id')}</b>
        <small>Remote file</small>
      </span>
    </div>
  );
}
