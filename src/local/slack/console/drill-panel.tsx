import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { ConsoleStatus } from '../console-status.ts';
import { control } from './control.ts';
import { Icon } from './icon.tsx';
import { Switch } from './switch.tsx';

/** The rehearsal: faults on the real databases, recorded events, and a Slack that fails. */
export function DrillPanel({
  status,
  close,
  fail,
}: {
  status: ConsoleStatus;
  close: () => void;
  fail: (why: string) => void;
}): VNode {
  const [fired, setFired] = useState('');
  const fire = async (name: string): Promise<void> => {
    setFired(name);
    await control.fire(name).catch((thrown: unknown) => fail(String(thrown)));
    setFired('');
  };
  const { faults } = status;
  return (
    <aside class="pane drills" aria-label="Drills">
      <header class="pane-head">
        <h2>Drills</h2>
        <button type="button" class="icon" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="pane-scroll">
        <p class="lead">Break something on the demo's own databases, then ask the bot.</p>
        {status.drills.map(({ name, title, what, on }) => (
          <Switch
            key={name}
            name={name}
            title={title}
            what={what}
            on={on}
            fail={fail}
            turn={(next) => control.drill(name, next)}
          />
        ))}
        {status.events.length > 0 && <h3>Events</h3>}
        <div class="events">
          {status.events.map(({ name, title }) => (
            <button
              key={name}
              type="button"
              class="element-button"
              disabled={fired === name}
              onClick={() => void fire(name)}
            >
              {title}
            </button>
          ))}
        </div>
        <h3>Slack itself</h3>
        <Switch
          name="slack-outage"
          title="Slack is down"
          what="Every call is answered with HTTP 500."
          on={faults.outage !== false}
          fail={fail}
          turn={(next) => control.faults({ outage: next })}
        />
        <Switch
          name="slack-ratelimit"
          title="Slack says slow down"
          what="Messages are answered 429 with Retry-After."
          on={faults.ratelimit}
          fail={fail}
          turn={(next) => control.faults({ ratelimit: next })}
        />
        <Switch
          name="slack-lose-answer"
          title="Lose the next answer"
          what="The message is stored, the bot does not hear of it."
          on={faults.loseAnswer > 0}
          fail={fail}
          turn={(next) => control.faults({ loseAnswer: next ? 1 : 0 })}
        />
      </div>
    </aside>
  );
}
