import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { useElement } from '../surface.ts';
import { plainText } from './text-object.tsx';

/** Two buttons of which one can be chosen (https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element). */
export function FeedbackButtons({ element }: { element: JsonObject }): VNode {
  const handle = useElement(element);
  const choose = (value: string): void => {
    handle.change(value);
    void handle.use(value);
  };
  return (
    <>
      {(['positive_button', 'negative_button'] as const).map((key) => {
        const button = objectAt(element, key) ?? {};
        const value = textAt(button, 'value') ?? '';
        const text = plainText(button['text']);
        return (
          <button
            key={key}
            type="button"
            class={`icon-button ${handle.value === value ? 'chosen' : ''}`}
            aria-label={textAt(button, 'accessibility_label')}
            aria-pressed={handle.value === value}
            title={text}
            onClick={() => choose(value)}
          >
            <Icon name={key === 'positive_button' ? 'thumbs-up' : 'thumbs-down'} />
            <span class="unseen">{text}</span>
          </button>
        );
      })}
    </>
  );
}
