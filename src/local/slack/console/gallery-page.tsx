import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { elementState } from '../door/element-state.ts';
import { elementsIn } from '../door/find-element.ts';
import { docsOf, gallery } from '../gallery/index.ts';
import { PICTURES } from '../gallery/example.ts';
import type { BlockExample } from '../gallery/example.ts';
import { asJson, textAt } from '../json-fields.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks/blocks.tsx';
import { PicturesContext } from './blocks/image.tsx';
import { JsonView } from './json-view.tsx';
import { NamesContext } from './names.ts';
import type { Names } from './names.ts';
import database from './pictures/database.svg';
import lag from './pictures/lag.svg';
import night from './pictures/night.svg';
import { SurfaceContext, useSurfaceOf } from './surface.ts';
import type { Actions } from './surface.ts';
import { ThemeSwitch } from './theme.tsx';

const DRAWN: { readonly [name: string]: string } = { 'database.svg': database, 'lag.svg': lag, 'night.svg': night };
const BOT = { id: 'U0NIGHTSHIFT', name: 'Nightshift' };
const PEOPLE = [
  { id: 'U0OMAR', name: 'Omar Haddad' },
  { id: 'U0ADA', name: 'Ada Okafor' },
];
const CHANNEL = { id: 'C0DBALERTS', name: '#database-alerts' };
const NAMES: Names = {
  user: (id) => [BOT, ...PEOPLE].find((one) => one.id === id)?.name ?? id,
  channel: (id) => (id === CHANNEL.id ? 'database-alerts' : id),
  users: PEOPLE,
  channels: [CHANNEL],
  bot: BOT.name,
  botId: BOT.id,
};

/** Every block of Block Kit beside its JSON; elements show what they would send instead of sending it. */
export function GalleryPage(): VNode {
  return (
    <NamesContext.Provider value={NAMES}>
      <PicturesContext.Provider value={(url) => DRAWN[url.replace(PICTURES, '')] ?? url}>
        <div class="gallery">
          <header class="gallery-head">
            <a href="/" class="element-button">
              Back to the console
            </a>
            <h1>Block gallery</h1>
            <ThemeSwitch />
          </header>
          <nav class="gallery-index" aria-label="Blocks">
            {gallery.map(({ type }) => (
              <a key={type} href={`#${type}`}>
                {type}
              </a>
            ))}
          </nav>
          <main class="gallery-main">
            {gallery.map(({ type, examples }) => (
              <section key={type} id={type} aria-label={type}>
                <h2>
                  {type}
                  <a href={docsOf(type)} target="_blank" rel="noreferrer">
                    Slack’s page
                  </a>
                </h2>
                {examples.map((example) => (
                  <Example key={example.title} example={example} />
                ))}
              </section>
            ))}
          </main>
        </div>
      </PicturesContext.Provider>
    </NamesContext.Provider>
  );
}

function Example({ example }: { example: BlockExample }): VNode {
  const block = asJson({ block_id: 'example', ...example.block });
  const [sent, setSent] = useState<object>();
  const actions: Actions = {
    act: async ({ actionId, value }) => {
      const used = elementsIn([block]).find(({ element }) => textAt(element, 'action_id') === actionId);
      if (used) setSent({ action_id: actionId, block_id: used.blockId, ...elementState(used.element, value) });
    },
    suggest: async ({ query }) => ({
      options: ['by total time', 'by calls', 'by mean time'].map((text) => ({
        text: { type: 'plain_text', text: `${query} ${text}` },
        value: `${query} ${text}`,
      })),
    }),
    upload: async (file) => file.name,
  };
  const surface = useSurfaceOf(actions);
  return (
    <article class="example" aria-label={example.title}>
      <h3>
        {example.title} {example.surface !== 'message' && <span class="badge">{example.surface}</span>}
      </h3>
      <JsonView value={asJson(example.block)} />
      <div class="shown">
        {example.surface === 'message' && <Avatar name={BOT.name} isBot />}
        <div class="message-body">
          {example.surface === 'message' && (
            <div class="message-head">
              <strong>{BOT.name}</strong>
              <span class="badge">APP</span>
              <time>02:14</time>
            </div>
          )}
          <SurfaceContext.Provider value={surface}>
            <Blocks blocks={[block]} />
          </SurfaceContext.Provider>
        </div>
      </div>
      {sent && (
        <div class="sent" role="status">
          Slack would send <code>block_actions</code> with <code>{JSON.stringify(sent)}</code>
        </div>
      )}
    </article>
  );
}
