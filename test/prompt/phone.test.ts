import { describe, expect, it } from 'vitest';
import { checkPhone, phoneMeaning } from '../../src/core/phone.ts';

describe('联系方式', () => {
  it.each([
    { text: '13800000000', fine: true, why: 'a mobile' },
    { text: '138 0000-0000', fine: true, why: 'a mobile in groups' },
    { text: '+86 138 0000 0000', fine: true, why: 'a mobile with its country' },
    { text: '１３８００００００００', fine: true, why: 'full-width digits' },
    { text: '021-61234567', fine: true, why: 'a landline' },
    { text: '(0755)8888888转12', fine: true, why: 'a landline with an extension' },
    { text: '61234567', fine: true, why: 'a landline of the same town' },
    { text: '400-820-8820', fine: true, why: 'a service number' },
    { text: '+1 415 555 2671', fine: true, why: 'a number abroad' },
    { text: '李总13800000000、13900000001', fine: true, why: 'several, one with a name' },
    { text: 'li@example.cn', fine: true, why: 'a mail address' },
    { text: '微信:abc', fine: true, why: 'a WeChat account' },
    { text: '1380000000', fine: false, why: 'a mobile that lacks a digit' },
    { text: '138000000000', fine: false, why: 'a mobile with a digit too many' },
    { text: '12345678901', fine: false, why: 'no mobile begins with 12' },
    { text: '13800000000、123', fine: false, why: 'one of two is wrong' },
    { text: 'abc', fine: false, why: 'a word' },
  ])('$text: $why', ({ text, fine }) => {
    expect(checkPhone(text) === null).toBe(fine);
  });

  it('names the part that is wrong', () => {
    expect(checkPhone('13800000000、123')?.zh).toContain('「123」');
  });

  it.each([
    {
      text: 'zhangsan_88',
      says: '微信:zhangsan_88',
      why: 'what may be a WeChat account is not guessed to be one',
    },
    { text: 'li@example', says: '邮箱「li@example」不完整', why: 'a mail address without its domain' },
    { text: '微信', says: '「微信」不像', why: 'a label without an account' },
  ])('says what to do: $why', ({ text, says }) => {
    expect(checkPhone(text)?.zh).toContain(says);
  });

  it.each([
    { text: '138-0000-0000', zh: '手机 138 0000 0000', en: 'mobile 138 0000 0000' },
    { text: '李总 +86 13800000000', zh: '手机 138 0000 0000', en: 'mobile 138 0000 0000' },
    { text: '13800000000(微信同号)', zh: '手机 138 0000 0000', en: 'mobile 138 0000 0000' },
    { text: '021-61234567', zh: '座机', en: 'landline' },
    { text: '400-820-8820', zh: '400/800 电话', en: 'service number' },
    { text: '+1 415 555 2671', zh: '境外电话', en: 'number abroad' },
    { text: 'li.min@example.com.cn', zh: '邮箱', en: 'mail' },
    { text: '邮箱:li@wxexample.cn', zh: '邮箱', en: 'mail' },
    { text: '微信：zhangsan_88', zh: '微信', en: 'WeChat' },
    { text: '微信13800000000', zh: '微信', en: 'WeChat' },
    {
      text: '13800000000，021-61234567；li@example.cn',
      zh: '手机 138 0000 0000、座机、邮箱',
      en: 'mobile 138 0000 0000, landline, mail',
    },
  ])('tells the kinds apart: $text', ({ text, zh, en }) => {
    expect(checkPhone(text)).toBeNull();
    expect(phoneMeaning(text)).toEqual({ zh, en });
  });
});
