import { good } from './answer.ts';
import type { ApiMethod } from './answer.ts';

/** https://docs.slack.dev/reference/methods/apps.connections.open */
export const connectionsOpen: ApiMethod = ({ sockets, url, bot }) => {
  const address = url().replace(/^http/, 'ws');
  return good({ url: `${address}/link?ticket=${sockets.issueTicket()}&app_id=${bot.appId}` });
};
