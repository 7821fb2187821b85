import type { VNode } from 'preact';
import type { SlackFile } from '../message.ts';
import { Icon } from './icon.tsx';
import { Snippet } from './snippet.tsx';

/** Uploaded files: images as such, texts as snippets, everything else as a card to save. */
export function Files({ files }: { files: readonly SlackFile[] }): VNode | null {
  if (files.length === 0) return null;
  return (
    <div class="files">
      {files.map((file) => (
        <FileView key={file.id} file={file} />
      ))}
    </div>
  );
}

function FileView({ file }: { file: SlackFile }): VNode {
  if (file.mimetype.startsWith('image/')) return <Image file={file} />;
  if (file.mimetype.startsWith('text/') || file.mimetype === 'application/json') return <Snippet file={file} />;
  return (
    <a class="file-card" href={`/files/${file.id}?download`} download={file.name} aria-label={`Save ${file.title}`}>
      <span class="file-kind">{file.filetype.slice(0, 4).toUpperCase()}</span>
      <span>
        <b>{file.title}</b>
        <small>
          {file.name} · {sizeOf(file.sizeBytes)}
        </small>
      </span>
      <Icon name="download" />
    </a>
  );
}

function Image({ file }: { file: SlackFile }): VNode {
  return (
    <figure class="file-image">
      <figcaption>
        {file.title} <small>{sizeOf(file.sizeBytes)}</small>
      </figcaption>
      <a href={`/files/${file.id}`} target="_blank" rel="noreferrer">
        <img src={`/files/${file.id}`} alt={file.altText ?? file.title} />
      </a>
    </figure>
  );
}

/** `812 B`, `14.2 kB`, `3.1 MB`, as Slack counts. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
