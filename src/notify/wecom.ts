import { codeProblem, type Robot } from './robot.ts';

/** WeCom (企业微信群机器人): unsigned, the key stands in the URL; a text holds 2,048 bytes. */
export const WECOM: Robot = {
  hosts: ['qyapi.weixin.qq.com'],
  signs: false,
  limit: 2048,
  perMinute: 20,
  mention: () => '',
  request: ({ url }, { text, accounts }) => ({
    url,
    body: { msgtype: 'text', text: { content: text, mentioned_list: accounts } },
  }),
  problem: (body) => codeProblem(body, 'errcode', 'errmsg'),
};
