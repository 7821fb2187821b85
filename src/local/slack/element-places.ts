const buttons = ['button', 'workflow_button'];
const pickers = ['checkboxes', 'datepicker', 'datetimepicker', 'radio_buttons', 'timepicker'];
const menus = ['static', 'external', 'users', 'channels', 'conversations'].flatMap((source) => [
  `${source}_select`,
  `multi_${source}_select`,
]);
const texts = ['plain_text_input', 'number_input', 'email_text_input', 'url_text_input', 'rich_text_input'];

/** Which elements a block may hold (https://docs.slack.dev/reference/block-kit/block-elements); a block that is not here holds none. */
export const ELEMENT_PLACES: { readonly [blockType: string]: readonly string[] } = {
  actions: [...buttons, ...pickers, ...menus, 'overflow', 'rich_text_input'],
  card: ['button'],
  context: ['image', 'mrkdwn', 'plain_text'],
  context_actions: ['feedback_buttons', 'icon_button'],
  input: [...pickers, ...menus, ...texts, 'file_input'],
  section: [...buttons, ...pickers, ...menus, 'overflow', 'image'],
};
