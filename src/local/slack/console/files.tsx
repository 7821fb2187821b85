import type { VNode } from 'preact';
import type { SlackFile } from '../message.ts';

/** Uploaded files: images as such, everything else to open. */
export function Files({ files }: { files: readonly SlackFile[] }): VNode | null {
  if (files.length === 0) return null;
  return (
    <div class="files">
      {files.map((file) => (
        <a key={file.id} class="file" href={`/files/${file.id}`} target="_blank" rel="noreferrer">
          {file.mimetype.startsWith('image/') ? (
            <img src={`/files/${file.id}`} alt={file.title} />
          ) : (
            <>
              <span class="file-icon" aria-hidden="true">
                📄
              </span>
              <span>
                <b>{file.title}</b>
                <small>
                  {file.name} · {sizeOf(file.sizeBytes)}
                </small>
              </span>
            </>
          )}
        </a>
      ))}
    </div>
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}
