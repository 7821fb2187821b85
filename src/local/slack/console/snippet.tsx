import { useEffect, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { SlackFile } from '../message.ts';
import { Icon } from './icon.tsx';

/** So many lines are seen before it is unfolded, and no more than so many characters are ever read. */
const FOLDED_LINES = 5;
const MOST_CHARACTERS = 200_000;

/** A text file with its first lines, to be unfolded or saved. */
export function Snippet({ file }: { file: SlackFile }): VNode {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let gone = false;
    const read = async (): Promise<void> => {
      const response = await fetch(`/files/${file.id}`);
      const content = response.ok ? await response.text() : 'This file is gone.';
      if (!gone) setText(content.slice(0, MOST_CHARACTERS).trimEnd());
    };
    void read().catch(() => undefined); // without the demo there is nothing to read, and the page says so
    return () => {
      gone = true;
    };
  }, [file.id]);
  const lines = text.split('\n');
  const hidden = lines.length - FOLDED_LINES;
  return (
    <div class="snippet" role="group" aria-label={file.title}>
      <div class="snippet-head">
        <b>{file.title}</b>
        <small>{file.filetype.toUpperCase()}</small>
        <a href={`/files/${file.id}?download`} download={file.name} class="icon" aria-label={`Save ${file.title}`}>
          <Icon name="download" />
        </a>
      </div>
      <ol class="snippet-lines">
        {(open ? lines : lines.slice(0, FOLDED_LINES)).map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ol>
      {hidden > 0 && (
        <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Collapse' : `Show ${hidden} more ${hidden === 1 ? 'line' : 'lines'}`}
        </button>
      )}
    </div>
  );
}
