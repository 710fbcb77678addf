import { describe, expect, it } from 'vitest';
import { needsOf } from '../../src/core/duplicates.ts';

describe('what two deals are wanted for', () => {
  it('is their tags without amounts, each once, whatever their width', () => {
    expect(needsOf(['需要CRM', '需要ＣＲＭ', '预算10-20万', '15万', 'ERP'])).toEqual(['需要crm', 'erp']);
  });
});
