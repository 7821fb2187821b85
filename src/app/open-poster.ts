import { readEnvironment } from '../config/environment.ts';
import { createPoster, type Poster } from '../slack/post.ts';
import { slackBotToken } from './slack-secrets.ts';

let last: { token: string; poster: Poster } | undefined;

/** The bot's voice; made anew when the token was replaced. */
export async function openPoster(): Promise<Poster> {
  const token = await slackBotToken();
  const { slackApiUrl } = readEnvironment();
  if (last?.token !== token) {
    last = { token, poster: createPoster({ token, ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }) }) };
  }
  return last.poster;
}
