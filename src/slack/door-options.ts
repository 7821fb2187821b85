import type { HomeView } from '@slack/types';
import type { Log } from './apology.ts';
import type { BotIdentity } from './bolt.ts';
import type { FormRequest } from './form.ts';
import type { ButtonRequest, CommandRequest } from './requests.ts';
import type { DoorAnswer } from './spoken.ts';

/** The app's answer to a form: `errors` by field name keep it open. */
export type FormAnswer = DoorAnswer | { errors: Readonly<Record<string, string>> };

/** What is done with each kind of request, whichever way it comes. */
export type DoorAnswers = {
  /** Replaces https://slack.com/api/. */
  apiUrl?: string;
  /** True for the first caller within `seconds`, false for every other. */
  claim(key: string, seconds: number): Promise<boolean>;
  /** Unix time in milliseconds. */
  now(): number;
  log: Log;
  /**
   * `first` claims the act of the person, before anything happens: true for exactly one delivery of it, in any process. A verb
   * that is answered from what is known does not ask, and a repeated delivery of it is answered again.
   */
  onCommand(request: CommandRequest, first: () => Promise<boolean>): Promise<DoorAnswer>;
  onButton(request: ButtonRequest): Promise<DoorAnswer>;
  onForm(request: FormRequest): Promise<FormAnswer>;
  onHome?(user: string): Promise<HomeView>;
  /** The one slash command; `/db` when not said. */
  command?: string;
  /** How long an answer may take before "still working on it" goes out; 2.2 s of Slack's 3 when not said. */
  answerWithinMs?: number;
};

/** The door behind a function URL. */
export type DoorOptions = DoorAnswers & {
  /** Several while one is being rotated. */
  signingSecrets: readonly string[] | (() => Promise<readonly string[]>);
  authorize: () => Promise<BotIdentity>;
};
