import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { formatDate } from '../dates.ts';
import { EMOJI } from '../emoji.ts';
import { Link } from '../mrkdwn-view.tsx';
import { useNames } from '../names.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function RichText({ block }: { block: JsonObject }): VNode {
  return (
    <div class="block rich-text">
      {listAt(block, 'elements').map((element, index) => (
        <Part key={index} part={element} />
      ))}
    </div>
  );
}

function Part({ part }: { part: Json }): VNode {
  const type = textAt(part, 'type') ?? '';
  const runs = listAt(part, 'elements').map((run, index) =>
    type === 'rich_text_list' ? (
      <li key={index}>
        <Part part={run} />
      </li>
    ) : (
      <Run key={index} run={run} />
    ),
  );
  switch (type) {
    case 'rich_text_section':
      return <div>{runs}</div>;
    case 'rich_text_preformatted':
      return <pre class="pre">{runs}</pre>;
    case 'rich_text_quote':
      return <blockquote>{runs}</blockquote>;
    case 'rich_text_list':
      return textAt(part, 'style') === 'ordered' ? <ol>{runs}</ol> : <ul>{runs}</ul>;
    default:
      return <span class="unknown">[{type}]</span>;
  }
}

function Run({ run }: { run: Json }): VNode {
  const names = useNames();
  if (!isObject(run)) return <></>;
  const text = textAt(run, 'text') ?? '';
  switch (run['type']) {
    case 'text':
      return styled(<>{text}</>, objectAt(run, 'style'));
    case 'link':
      return styled(
        <Link url={textAt(run, 'url') ?? ''} text={text || (textAt(run, 'url') ?? '')} />,
        objectAt(run, 'style'),
      );
    case 'emoji':
      return <>{EMOJI[textAt(run, 'name') ?? ''] ?? `:${textAt(run, 'name')}:`}</>;
    case 'user':
      return <span class="mention">@{names.user(textAt(run, 'user_id') ?? '')}</span>;
    case 'channel':
      return <span class="mention">#{names.channel(textAt(run, 'channel_id') ?? '')}</span>;
    case 'broadcast':
      return <span class="mention broadcast">@{textAt(run, 'range')}</span>;
    case 'date':
      return <time>{formatDate(Number(run['timestamp']), textAt(run, 'format') ?? '{date_short} {time}')}</time>;
    default:
      return <span class="unknown">[{textAt(run, 'type')}]</span>;
  }
}

function styled(content: VNode, style: JsonObject | undefined): VNode {
  let shown = content;
  if (style?.['code'] === true) shown = <code>{shown}</code>;
  if (style?.['bold'] === true) shown = <strong>{shown}</strong>;
  if (style?.['italic'] === true) shown = <em>{shown}</em>;
  if (style?.['strike'] === true) shown = <s>{shown}</s>;
  return shown;
}
