import type { Message } from '../core/message.ts';
import { visible } from '../core/text.ts';
import { Failure } from '../failure.ts';
import { type Delivery, type News, notifyChannels } from '../notify/notify.ts';
import { type NotifySettings, readNotifySettings } from '../notify/settings.ts';
import type { Session } from '../session.ts';

export interface Pushed {
  readonly failed: boolean;
  /** For `--json`. */
  readonly deliveries: readonly Readonly<Record<string, unknown>>[];
}

/**
 * `check --notify`: tells every channel, and says what came of it. Even under --quiet it says what failed, and what the
 * next run will send once more: a group that is told the same every night must find the reason in the log.
 */
export async function pushNews(session: Session, news: News): Promise<Pushed> {
  const fail = (text: Message): void => {
    session.io.err(`${visible(session.say(text))}\n`);
  };
  const settings = await settingsOrProblem(session, news);
  if ('zh' in settings) {
    fail(settings);
    return { failed: true, deliveries: [] };
  }
  for (const problem of settings.problems) fail(problem);
  const deliveries = await notifyChannels(settings, news, session.io);
  for (const each of deliveries) {
    if (each.problem) fail(failureText(each, each.problem));
    else session.note(successText(each));
    if (each.unkept === null || each.findings === 0) continue;
    fail({
      zh: `没能记下发过什么(状态文件夹不可写,${each.unkept}),下次会再发`,
      en: `What was sent could not be kept (the state folder is not writable, ${each.unkept}); it will be sent again`,
    });
  }
  return {
    failed: settings.problems.length > 0 || deliveries.some(({ problem }) => problem !== null),
    deliveries: deliveries.map(({ channel, messages, findings, problem }) => ({
      channel,
      messages,
      findings,
      error: problem && session.say(problem),
    })),
  };
}

/** What is wrong with the settings is said beside the findings, which are printed all the same. */
async function settingsOrProblem({ io }: Session, { store }: News): Promise<NotifySettings | Message> {
  try {
    const settings = await readNotifySettings(io, store.book);
    if (settings.channels.length + settings.problems.length > 0) return settings;
    return {
      zh: '没有可通知的地方:请设环境变量 FUNNEL_DINGTALK_URL(和 _SECRET)、FUNNEL_FEISHU_URL(和 _SECRET)、FUNNEL_WECOM_URL 或 FUNNEL_WEBHOOK_URL,或在 funnel.config.json 里写 "notify"',
      en: 'Nobody to notify: set FUNNEL_DINGTALK_URL (and _SECRET), FUNNEL_FEISHU_URL (and _SECRET), FUNNEL_WECOM_URL or FUNNEL_WEBHOOK_URL, or write "notify" into funnel.config.json',
    };
  } catch (error) {
    if (error instanceof Failure) return error.text;
    throw error;
  }
}

function failureText({ channel, findings }: Delivery, problem: Message): Message {
  const sent = {
    zh: findings > 0 ? `(先发出了 ${findings} 条)` : '',
    en: findings > 0 ? ` (${findings} sent before)` : '',
  };
  return {
    zh: `通知 ${channel} 没有送达${sent.zh}: ${problem.zh}。下次运行会再发`,
    en: `The message to ${channel} was not delivered${sent.en}: ${problem.en}. The next run sends it again`,
  };
}

function successText({ channel, findings, messages }: Delivery): Message {
  return findings === 0
    ? { zh: `${channel}: 没有新的要发`, en: `${channel}: nothing new to send` }
    : {
        zh: `${channel}: 已发 ${findings} 条(${messages} 条消息)`,
        en: `${channel}: sent ${findings} findings in ${messages} message${messages === 1 ? '' : 's'}`,
      };
}
