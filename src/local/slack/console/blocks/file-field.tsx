import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { choicesOf } from '../../door/element-state.ts';
import { listAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import type { Handle } from '../surface.ts';

/** Slack's own default of `max_files`. */
const MOST_FILES = 10;

/** Files that are handed in with a form; the value is a JSON list of their ids. */
export function FileField(props: {
  element: JsonObject;
  handle: Handle;
  id?: string | undefined;
  onChange: (value: string) => void;
}): VNode {
  const { element, handle, id, onChange } = props;
  const [names, setNames] = useState<{ readonly [id: string]: string }>({});
  const [trouble, setTrouble] = useState('');
  const most = typeof element['max_files'] === 'number' ? element['max_files'] : MOST_FILES;
  const endings = listAt(element, 'filetypes').filter((one) => typeof one === 'string');
  const kept = choicesOf(handle.value);
  const take = async (files: readonly File[]): Promise<void> => {
    if (kept.length + files.length > most) return setTrouble(`Choose at most ${most} files.`);
    const ids = await Promise.all(files.map((file) => handle.upload(file)));
    setNames({ ...names, ...Object.fromEntries(ids.map((one, index) => [one, files[index]?.name ?? one])) });
    setTrouble('');
    onChange(JSON.stringify([...kept, ...ids]));
  };
  return (
    <div class="file-field">
      <input
        id={id}
        type="file"
        class="field"
        multiple={most > 1}
        accept={endings.map((ending) => `.${ending}`).join(',')}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]).catch((thrown: unknown) => setTrouble(String(thrown)));
          currentTarget.value = '';
        }}
      />
      {kept.map((one) => (
        <span key={one} class="chip">
          {names[one] ?? one}
          <button
            type="button"
            aria-label={`Remove ${names[one] ?? one}`}
            onClick={() => onChange(JSON.stringify(kept.filter((other) => other !== one)))}
          >
            ✕
          </button>
        </span>
      ))}
      {trouble !== '' && (
        <div class="trouble" role="alert">
          {trouble}
        </div>
      )}
    </div>
  );
}
