import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { errnoOf } from './files.ts';

const CONFIG_NAME = 'funnel.config.json';

/** funnel.config.json as it stands, its paths made absolute. */
export interface Config {
  readonly path: string;
  /** The workbook. */
  readonly file: string | null;
  /** Several workbooks, patterns or folders, for commands that read many; null: not given. */
  readonly files: readonly string[] | null;
  /** 操作人. */
  readonly user: string | null;
  /** Where state folders go instead of beside the workbook. */
  readonly state: string | null;
  /** Group robots (notify/settings.ts reads it): secrets, command, mentions. */
  readonly notify: Readonly<Record<string, unknown>> | null;
}

/** The nearest funnel.config.json upward from `folder`; null where there is none. */
export function readConfig(folder: string): Config | null {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const path = join(here, CONFIG_NAME);
    const text = readIfThere(path);
    if (text !== null) return parseConfig(text, path);
    if (here === dirname(here)) return null;
  }
}

/** 操作人: FUNNEL_USER, else `user` in funnel.config.json, else the system's user. */
export function actingUser(
  io: Pick<Io, 'env' | 'cwd' | 'user'>,
  config: Config | null = readConfig(io.cwd),
): string {
  return io.env.FUNNEL_USER?.trim() || config?.user || io.user || '未知';
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Failure(
      'file',
      {
        zh: `${path} 读不了(${code ?? '未知'}),请检查权限`,
        en: `${path} cannot be read (${code ?? 'unknown'}); check its permissions`,
      },
      { file: path },
    );
  }
}

function parseConfig(text: string, path: string): Config {
  const value = parseObject(text.replace(/^\uFEFF/, ''), path);
  const textOf = (key: 'file' | 'user' | 'state'): string | null => {
    const given = value[key];
    if (given === undefined || given === null || given === '') return null;
    if (typeof given === 'string') return given;
    throw new Failure(
      'file',
      { zh: `${path} 里的 "${key}" 应是一段文字`, en: `"${key}" in ${path} must be a text` },
      { file: path, value: String(given), expected: `{"${key}": "…"}` },
    );
  };
  const pathOf = (key: 'file' | 'state') => {
    const given = textOf(key);
    return given === null ? null : resolve(dirname(path), given);
  };
  const { notify = null, files = null } = value;
  if (files !== null && !isTextList(files)) {
    throw new Failure(
      'file',
      {
        zh: `${path} 里的 "files" 应是一列文字,至少一项`,
        en: `"files" in ${path} must be a list of at least one text`,
      },
      { file: path, value: String(files), expected: '{"files": ["华东.xlsx", "团队/*.xlsx"]}' },
    );
  }
  if (typeof notify !== 'object' || Array.isArray(notify)) {
    throw new Failure(
      'file',
      { zh: `${path} 里的 "notify" 应是一个对象`, en: `"notify" in ${path} must be an object` },
      { file: path, value: String(notify), expected: '{"notify": {"mentions": {"王芳": "wangfang"}}}' },
    );
  }
  return {
    path,
    file: pathOf('file'),
    files: files?.map((each) => resolve(dirname(path), each)) ?? null,
    user: textOf('user'),
    state: pathOf('state'),
    notify: notify && { ...notify },
  };
}

function isTextList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== '')
  );
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls to the message below: whatever was wrong, the file is not what is expected.
  }
  throw new Failure(
    'file',
    {
      zh: `${path} 不是有效的 JSON,请改成 {"file": "销售漏斗.xlsx"} 这样`,
      en: `${path} is not valid JSON; write it like {"file": "funnel.xlsx"}`,
    },
    { file: path, expected: '{"file": "…", "user": "…", "state": "…"}' },
  );
}
