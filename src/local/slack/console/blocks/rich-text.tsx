import type { ComponentChildren, VNode } from 'preact';
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
      return <List part={part}>{runs}</List>;
    default:
      return <span class="unknown">[{type}]</span>;
  }
}

/** Slack turns through three signs by depth, and counts on from `offset`. */
function List({ part, children }: { part: Json; children: ComponentChildren }): VNode {
  const number = (key: string): number => (isObject(part) && typeof part[key] === 'number' ? part[key] : 0);
  const look = `indent-${Math.min(8, number('indent'))} ${number('border') > 0 ? 'bordered' : ''}`;
  if (textAt(part, 'style') !== 'ordered') return <ul class={look}>{children}</ul>;
  return (
    <ol class={look} start={number('offset') + 1}>
      {children}
    </ol>
  );
}

function Run({ run }: { run: Json }): VNode {
  const names = useNames();
  if (!isObject(run)) return <></>;
  const text = textAt(run, 'text') ?? '';
  const style = objectAt(run, 'style');
  switch (run['type']) {
    case 'text':
      return styled(<>{text}</>, style);
    case 'link':
      return styled(<Link url={textAt(run, 'url') ?? ''} text={text || (textAt(run, 'url') ?? '')} />, style);
    case 'emoji':
      return <>{emojiOf(run)}</>;
    case 'user':
      return styled(<span class="mention">@{names.user(textAt(run, 'user_id') ?? '')}</span>, style);
    case 'channel':
      return styled(<span class="mention">#{names.channel(textAt(run, 'channel_id') ?? '')}</span>, style);
    default:
      return <RareRun run={run} />;
  }
}

function RareRun({ run }: { run: JsonObject }): VNode {
  switch (run['type']) {
    case 'usergroup':
      return <span class="mention">@{textAt(run, 'usergroup_id')}</span>;
    case 'team':
      return <span class="mention">@{textAt(run, 'team_id')}</span>;
    case 'broadcast':
      return <span class="mention broadcast">@{textAt(run, 'range')}</span>;
    case 'date':
      return <DateRun run={run} />;
    case 'color':
      return <ColorRun value={textAt(run, 'value') ?? ''} />;
    default:
      return <span class="unknown">[{textAt(run, 'type')}]</span>;
  }
}

function DateRun({ run }: { run: JsonObject }): VNode {
  const words = formatDate(Number(run['timestamp']), textAt(run, 'format') ?? '{date_short} {time}');
  const url = textAt(run, 'url');
  return <time title={textAt(run, 'fallback')}>{url === undefined ? words : <Link url={url} text={words} />}</time>;
}

function ColorRun({ value }: { value: string }): VNode {
  return (
    <span>
      {value}
      <i class="color-chip" style={{ background: /^#[0-9a-f]{3,8}$/i.test(value) ? value : 'none' }} />
    </span>
  );
}

function emojiOf(run: JsonObject): string {
  const name = textAt(run, 'name') ?? '';
  const points = (textAt(run, 'unicode') ?? '').split('-').map((point) => Number.parseInt(point, 16));
  const drawn = points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : `:${name}:`;
  return EMOJI[name] ?? drawn;
}

function styled(content: VNode, style: JsonObject | undefined): VNode {
  let shown = content;
  if (style?.['code'] === true) shown = <code>{shown}</code>;
  if (style?.['bold'] === true) shown = <strong>{shown}</strong>;
  if (style?.['italic'] === true) shown = <em>{shown}</em>;
  if (style?.['strike'] === true) shown = <s>{shown}</s>;
  return shown;
}
