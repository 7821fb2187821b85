import type { FunctionUrlEvent, FunctionUrlResult } from './door/function-url.ts';
import type { Pace } from './pace.ts';

export type SlackUser = {
  /** Slack user id: `U0OMAR`. */
  id: string;
  /** The handle: `omar`. */
  name: string;
  realName: string;
  /** Shown beside the name in the console: `operator`. */
  roleLabel: string;
};

/** A user group; `users` holds user ids or handles, and may change while the workspace runs. */
export type SlackUserGroup = {
  /** Slack user group id: `S0DATABASE`. */
  id: string;
  handle: string;
  name: string;
  users: readonly string[];
};

export type SlackChannel = {
  id: string;
  name: string;
  /** Where the bot was not invited. */
  withoutBot?: boolean;
  archived?: boolean;
};

/** The app as it was installed, where that differs from what its manifest says. */
export type SlackApp = {
  /** The granted scopes. */
  scopes?: readonly string[];
  /** What apps.manifest.export answers to the configuration token. */
  manifest?: object;
  configToken?: string;
};

/** A fault switch on the real databases, shown in the console's drill panel. */
export type DrillSwitch = {
  name: string;
  title: string;
  /** One sentence: what it breaks. */
  what: string;
  on(): Promise<void>;
  off(): Promise<void>;
  isOn(): boolean | Promise<boolean>;
};

export type RecordedEvent = { name: string; title: string };

export type LocalSlackOptions = {
  /** A directory of its own; one process at a time. */
  dataDir: string;
  /** The deployed function URL handler. */
  door?: (event: FunctionUrlEvent) => Promise<FunctionUrlResult>;
  botToken: string;
  app?: SlackApp;
  /** Switches Socket Mode on: requests go to the app's connections instead of the door. */
  appToken?: string;
  signingSecret: string;
  team: { id: string; domain: string; name: string };
  users: readonly SlackUser[];
  channels: readonly SlackChannel[];
  userGroups?: readonly SlackUserGroup[];
  /** Taken if it is free, else another free one. */
  port?: number;
  /** Milliseconds since 1970; decides timestamps, paces and expiries. */
  clock?: () => number;
  drills?: readonly DrillSwitch[];
  /** Files of events/ that the console can fire. */
  events?: readonly RecordedEvent[];
  sendEvent?: (name: string) => Promise<void>;
  /** What may follow `/db`, as the manifest's usage hint says it, and whole examples for the console. */
  hint?: string;
  examples?: readonly string[];
  /** What the console's status line shows: `{ members: [{ name, role, state }] }`, and any other short fields. */
  status?: () => Promise<object>;
  /** How long an acknowledgement may take and a trigger is good. Slack's own patience is 3000 ms; tests shorten it, or leave a busy machine more. */
  acknowledgeWithinMs?: number;
  /** Waits before the three repeats of an event: 0, 1 min, 5 min; tests shorten them. */
  eventRetryDelaysMs?: readonly number[];
  /** Slack's own pace of messages in one channel: 1 a second after a small burst. */
  messagePace?: Pace;
};
