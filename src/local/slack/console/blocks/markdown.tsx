import type { VNode } from 'preact';
import { Inlines } from '../mrkdwn-view.tsx';
import { parseMarkdown, parseMarkdownInline } from '../markdown.ts';
import type { MarkdownPart } from '../markdown.ts';

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
    case 'list': {
      const items = part.items.map((item, index) => <li key={index}>{words(item)}</li>);
      return part.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <div class="table">
          <table>
            <thead>
              <tr>
                {part.head.map((cell, index) => (
                  <th key={index}>{words(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {part.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>{words(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'paragraph':
      return <p>{words(part.text)}</p>;
  }
}

function words(text: string): VNode {
  return <Inlines inlines={parseMarkdownInline(text)} />;
}
