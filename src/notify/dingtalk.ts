import { createHmac } from 'node:crypto';
import { codeProblem, type Robot } from './robot.ts';

/**
 * DingTalk (钉钉自定义机器人): the signature goes into the URL, HMAC-SHA256 with the secret as key over `ms\nsecret`.
 * Accounts are user ids (atUserIds), never phones.
 */
export const DINGTALK: Robot = {
  hosts: ['oapi.dingtalk.com'],
  signs: true,
  limit: 16_000,
  perMinute: 20,
  mention: (account) => ` @${account}`,
  request({ url, secret }, { text, accounts }, now) {
    const signed = new URL(url);
    if (secret !== null) {
      const sign = createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
      signed.searchParams.set('timestamp', String(now));
      signed.searchParams.set('sign', sign);
    }
    return {
      url: signed.href,
      body: { msgtype: 'text', text: { content: text }, at: { atUserIds: accounts, isAtAll: false } },
    };
  },
  problem: (body) => codeProblem(body, 'errcode', 'errmsg'),
};
