import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import * as v from 'valibot';
import type { ArgumentField, OperationSummary } from '../core/operation.ts';
import { plain, section } from './blocks.ts';
import { limits } from './limits.ts';
import { escape } from './mrkdwn.ts';
import type { Submission } from './requests.ts';

/** The questions that are still open before an operation can start. */
export type Form = {
  operation: OperationSummary;
  /** What is known already. */
  subject?: string;
  values: Readonly<Record<string, string>>;
  /** Names to choose from: targets, and environments where the operation's scope allows them. */
  subjects: readonly string[];
};
/** Where the form was asked for: the answer goes back there. */
export type FormOrigin = { channel: string; responseUrl: string };
/** A submitted form, read. */
export type FormRequest = FormOrigin & {
  user: string;
  operation: string;
  subject: string;
  args: Readonly<Record<string, string>>;
  triggerId: string;
  claimKey: string;
};

/** How an operation is typed: `/db end <target> <pid> [reason]`. */
export function usage(operation: OperationSummary): string {
  const subject = { none: '', target: ' <target>', environment: ' <target | environment>' }[operation.scope];
  const fields = operation.fields.map((field) => (field.required ? ` <${field.name}>` : ` [${field.name}]`));
  return `/db ${operation.id}${subject}${fields.join('')}`;
}

const SUBJECT = 'subject';
const FIELD = 'field:';
/** The callback id of every form that we open. */
export const formCallbackId = 'nightshift-form';

/** The modal: a choice of targets and one text field an argument. */
export function buildForm(form: Form, origin: FormOrigin): ModalView {
  const { operation } = form;
  return {
    type: 'modal',
    callback_id: formCallbackId,
    private_metadata: metadataOf(form, origin),
    title: plain(`/db ${operation.id}`, limits.modalTitleCharacters),
    submit: plain('Go', limits.modalTitleCharacters),
    close: plain('Cancel', limits.modalTitleCharacters),
    blocks: [
      section(escape(`${operation.title}. ${operation.why}`)),
      ...(operation.scope === 'none' ? [] : [subjectInput(form)]),
      ...operation.fields.map((field) => fieldInput(field, form.values[field.name])),
    ],
  };
}

function metadataOf(form: Form, origin: FormOrigin): string {
  const required = form.operation.fields.filter((field) => field.required).map((field) => field.name);
  const whole = JSON.stringify({ operation: form.operation.id, required, ...origin });
  return whole.length <= limits.privateMetadataCharacters
    ? whole
    : JSON.stringify({ operation: form.operation.id, required, channel: origin.channel, responseUrl: '' });
}

function subjectInput(form: Form): InputBlock {
  const label = form.operation.scope === 'environment' ? 'Target or environment' : 'Target';
  const names = form.subjects.slice(0, limits.selectOptions);
  // A select holds a hundred names; a bigger fleet types.
  if (names.length === 0 || names.length < form.subjects.length) {
    return textInput(SUBJECT, label, 'As in nightshift.yaml', true, form.subject);
  }
  const chosen = names.find((name) => name === form.subject);
  return {
    type: 'input',
    block_id: SUBJECT,
    label: plain(label, limits.labelCharacters),
    element: {
      type: 'static_select',
      action_id: SUBJECT,
      options: names.map(option),
      ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
    },
  };
}

function option(name: string): PlainTextOption {
  return { text: plain(name, limits.optionTextCharacters), value: name.slice(0, limits.optionTextCharacters) };
}

function fieldInput(field: ArgumentField, value: string | undefined): InputBlock {
  return textInput(`${FIELD}${field.name}`, field.label, field.hint, field.required, value);
}

function textInput(
  blockId: string,
  label: string,
  hint: string,
  required: boolean,
  value: string | undefined,
): InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    optional: !required,
    label: plain(label, limits.labelCharacters),
    ...(hint === '' ? {} : { hint: plain(hint, limits.labelCharacters) }),
    element: {
      type: 'plain_text_input',
      action_id: blockId,
      ...(value === undefined ? {} : { initial_value: value.slice(0, limits.sectionCharacters) }),
    },
  };
}

const Metadata = v.object({
  operation: v.string(),
  required: v.array(v.string()),
  channel: v.string(),
  responseUrl: v.string(),
});

/** What a submitted form says, or what is wrong by field name (`subject` for the target); undefined when it is not our form. */
export function readForm(submission: Submission): FormRequest | { errors: Record<string, string> } | undefined {
  const metadata = submission.callbackId === formCallbackId ? readMetadata(submission.privateMetadata) : undefined;
  if (!metadata) return undefined;
  const args: Record<string, string> = {};
  for (const [blockId, value] of Object.entries(submission.values)) {
    if (blockId.startsWith(FIELD) && value.trim() !== '') args[blockId.slice(FIELD.length)] = value.trim();
  }
  const errors: Record<string, string> = {};
  const subject = submission.values[SUBJECT]?.trim();
  if (subject === '') errors[SUBJECT] = 'Choose one.';
  for (const name of metadata.required) if (args[name] === undefined) errors[name] = 'This one is needed.';
  if (Object.keys(errors).length > 0) return { errors };
  const { user, triggerId, claimKey } = submission;
  const { operation, channel, responseUrl } = metadata;
  return { user, operation, subject: subject ?? '', args, channel, responseUrl, triggerId, claimKey };
}

function readMetadata(text: string): v.InferOutput<typeof Metadata> | undefined {
  try {
    const read = v.safeParse(Metadata, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** Slack's names of the fields with something wrong: https://docs.slack.dev/surfaces/modals#displaying_errors */
export function errorsByBlock(errors: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([name, text]) => [name === SUBJECT ? SUBJECT : `${FIELD}${name}`, text]),
  );
}
