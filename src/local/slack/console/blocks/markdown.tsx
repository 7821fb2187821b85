import type { VNode } from 'preact';
import { Inlines } from '../mrkdwn-view.tsx';
import { parseMarkdown, parseMarkdownInline } from '../markdown.ts';
import type { MarkdownItem, MarkdownPart } from '../markdown.ts';

/** A markdown block: the common part of Markdown that Slack translates. */
export function Markdown({ text }: { text: string }): VNode {
  return (
    <div class="block markdown">
      {parseMarkdown(text).map((part, index) => (
        <PartView key={index} part={part} />
      ))}
    </div>
  );
}

function PartView({ part }: { part: MarkdownPart }): VNode {
  switch (part.kind) {
    case 'heading':
      return <h4>{words(part.text)}</h4>;
    case 'code':
      return <pre class="pre">{part.text}</pre>;
    case 'rule':
      return <hr />;
    case 'quote':
      return (
        <blockquote>
          {part.parts.map((one, index) => (
            <PartView key={index} part={one} />
          ))}
        </blockquote>
      );
    case 'list': {
      const items = part.items.map((item, index) => <Item key={index} item={item} />);
      return part.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return <MarkdownTable part={part} />;
    case 'paragraph':
      return <p>{words(part.text)}</p>;
  }
}

function Item({ item: { text, checked } }: { item: MarkdownItem }): VNode {
  if (checked === undefined) return <li>{words(text)}</li>;
  return (
    <li class="task-item">
      <input type="checkbox" checked={checked} disabled aria-label={checked ? 'done' : 'to do'} />
      {words(text)}
    </li>
  );
}

function MarkdownTable({ part }: { part: MarkdownPart & { kind: 'table' } }): VNode {
  const row = (cells: readonly string[], Tag: 'td' | 'th') => (
    <tr>
      {cells.map((cell, column) => (
        <Tag key={column} class={part.aligns[column]}>
          {words(cell)}
        </Tag>
      ))}
    </tr>
  );
  return (
    <div class="table">
      <table>
        <thead>{row(part.head, 'th')}</thead>
        <tbody>{part.rows.map((cells) => row(cells, 'td'))}</tbody>
      </table>
    </div>
  );
}

function words(text: string): VNode {
  return <Inlines inlines={parseMarkdownInline(text)} />;
}
