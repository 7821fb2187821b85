import { Fragment } from 'preact';
import type { VNode } from 'preact';
import { formatDate } from './dates.ts';
import { useNames } from './names.ts';
import { parseMrkdwn } from './mrkdwn.ts';
import type { Inline, Paragraph } from './mrkdwn.ts';

/** mrkdwn as Slack shows it; external text can only ever become text. */
export function Mrkdwn({ text }: { text: string }): VNode {
  return (
    <>
      {parseMrkdwn(text).map((paragraph, index) => (
        <ParagraphView key={index} paragraph={paragraph} />
      ))}
    </>
  );
}

function ParagraphView({ paragraph }: { paragraph: Paragraph }): VNode {
  if (paragraph.kind === 'pre') return <pre class="pre">{paragraph.text}</pre>;
  const lines = paragraph.lines.map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      <Inlines inlines={line} />
    </Fragment>
  ));
  return paragraph.kind === 'quote' ? <blockquote>{lines}</blockquote> : <span>{lines}</span>;
}

export function Inlines({ inlines }: { inlines: readonly Inline[] }): VNode {
  return (
    <>
      {inlines.map((inline, index) => (
        <InlineView key={index} inline={inline} />
      ))}
    </>
  );
}

function InlineView({ inline }: { inline: Inline }): VNode {
  const names = useNames();
  switch (inline.kind) {
    case 'text':
      return <>{inline.text}</>;
    case 'code':
      return <code>{inline.text}</code>;
    case 'bold':
      return (
        <strong>
          <Inlines inlines={inline.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines inlines={inline.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines inlines={inline.children} />
        </s>
      );
    case 'link':
      return <Link url={inline.url} text={inline.text} />;
    case 'user':
      return <span class="mention">@{names.user(inline.id)}</span>;
    case 'channel':
      return <span class="mention">#{inline.text || names.channel(inline.id)}</span>;
    case 'broadcast':
      return <span class="mention broadcast">{inline.text}</span>;
    case 'date':
      return <time title={inline.text}>{formatDate(inline.unixSeconds, inline.format)}</time>;
  }
}

/** A link that leaves the console; nothing but web and mail addresses is followed. */
export function Link({ url, text }: { url: string; text: string }): VNode {
  if (!/^(https?:|mailto:)/.test(url)) return <>{text}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}
