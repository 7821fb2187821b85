import { slackDoor } from '../src/app/slack-door.ts';

/** Function URL: Slack commands, buttons and forms. */
export async function handler(event: unknown) {
  return (await slackDoor())(event);
}
