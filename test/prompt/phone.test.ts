import { describe, expect, it } from 'vitest';
import { checkPhone } from '../../src/core/phone.ts';

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
});
