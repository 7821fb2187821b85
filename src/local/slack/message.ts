import type { Json } from '../../core/json.ts';

export type SlackFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  sizeBytes: number;
  /** Slack's word for the kind, from the name's ending: `png`, `csv`, `sql`. */
  filetype: string;
  altText?: string;
  /** Who uploaded it, and when, in seconds since 1970. */
  user: string;
  createdSeconds: number;
};

/** A message as the stand-in keeps it; `conversations.*` answers give Slack's own form of it. */
export type SlackMessage = {
  channel: string;
  /** `1700000000.000100`: identity of the message in its channel. */
  ts: string;
  threadTs?: string;
  /** Slack user id of the author: the bot's own for its messages, `USLACKBOT` for Slack's. */
  user: string;
  fromBot: boolean;
  text: string;
  blocks: readonly Json[];
  metadata?: Json;
  edits: number;
  editedTs?: string;
  /** The one person who sees it. */
  ephemeralFor?: string;
  files: readonly SlackFile[];
  reactions: readonly { name: string; users: readonly string[] }[];
};

export type SlackView = {
  id: string;
  user: string;
  kind: 'modal' | 'home';
  hash: string;
  /** As the app sent it: title, blocks, callback_id, private_metadata, submit, close. */
  content: { readonly [key: string]: Json };
};

export const SLACKBOT = 'USLACKBOT';
