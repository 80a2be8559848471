// Goal: whatever is wrong with a field is said in both languages, also where zod itself finds it. Method: the schemas of
// requests, each with something broken that a person may type.
import { describe, expect, test } from 'vitest';
import { alarmReceiverInputSchema } from './alarm-receiver.ts';
import { dataSourceInputSchema } from './data-source.ts';
import { issueSaid } from './field-rule.ts';
import { mappingsSchema } from './mapping.ts';
import { parametersSchema } from './parameters.ts';

const primary = { host: 'db1', port: 3306 };
const server = { name: 'a', primary, user: 'otter' };
const robot = { name: 'a', type: 'dingtalk', url: 'https://example.org/x' };
const columns = (fields: object) => [{ source: 'a.b', columns: { mode: 'include', names: ['x', 'y'], ...fields } }];

describe('a field that cannot be taken', () => {
  test.each([
    ['it is missing', '必填', dataSourceInputSchema, { ...server, user: undefined }],
    ['a text is expected', '应为文本', dataSourceInputSchema, { ...server, user: 7 }],
    ['at least 1 characters', '至少 1 个字符', dataSourceInputSchema, { ...server, user: '' }],
    ['there is no field "more"', '没有字段 "more"', dataSourceInputSchema, { ...server, more: 1 }],
    ['at least 1', '不小于 1', dataSourceInputSchema, { ...server, primary: { ...primary, port: 0 } }],
    ['at most 65535', '不大于 65535', dataSourceInputSchema, { ...server, primary: { ...primary, port: 7e5 } }],
    ['a whole number is', '应为整数', dataSourceInputSchema, { ...server, primary: { ...primary, port: 1.5 } }],
    ['a host name', '应为主机名', dataSourceInputSchema, { ...server, primary: { ...primary, host: '?' } }],
    ['a name begins', '名称以字母、汉字或数字开头', dataSourceInputSchema, { ...server, name: '/' }],
    ['at most 64 characters', '最多 64 个字符', dataSourceInputSchema, { ...server, name: 'x'.repeat(65) }],
    ['only mysql', '只能是 mysql', dataSourceInputSchema, { ...server, kind: 'oracle' }],
    ['the authority (tls.ca)', 'CA 证书', dataSourceInputSchema, { ...server, tls: { mode: 'verify-ca' } }],
    ['one of webhook, dingtalk', '可选值：webhook、dingtalk', alarmReceiverInputSchema, { ...robot, type: 'fax' }],
    ['link-local', '链路本地地址', alarmReceiverInputSchema, { ...robot, url: 'http://169.254.169.254/' }],
    ['at least 4M', '不小于 4M', parametersSchema, { memory: '1M' }],
    ['by number 1', '已由第 1 条映射', mappingsSchema, [{ source: 'a.b' }, { source: 'A.B' }]],
    ['"abc" is not schema.table', '"abc" 不是 schema.table 形式', mappingsSchema, [{ source: 'abc' }]],
    ['has 2 names, "b" has no', '有 2 个名称，"b" 不是范围', mappingsSchema, [{ source: 'a.b', target: 'a.b[1-2]' }]],
    ['no column is named', 'mode 为 all 时不能指定列', mappingsSchema, columns({ mode: 'all' })],
    ['"z" is renamed', '列“z”已重命名', mappingsSchema, columns({ rename: [{ source: 'z', target: 'x' }] })],
    ['a list is expected', '应为列表', mappingsSchema, { source: 'a.b' }],
  ])('%s', (en, zh, schema, value) => {
    const [issue] = schema.safeParse(value).error?.issues ?? [];
    expect(issue && issueSaid(issue)).toEqual({ en: expect.stringContaining(en), zh: expect.stringContaining(zh) });
  });
});
