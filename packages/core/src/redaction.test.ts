import { expect, test } from 'vitest';
import { Redactor } from './redaction.ts';

test('passwords vanish as they are, percent-encoded and in JSON', () => {
  const redactor = new Redactor();
  redactor.add('p@ss"w/rd');
  expect(redactor.clean('x p@ss"w/rd y')).toBe('x *** y');
  expect(redactor.clean(encodeURIComponent('p@ss"w/rd'))).toBe('***');
  expect(redactor.clean(JSON.stringify({ a: 'p@ss"w/rd' }))).toBe('{"a":"***"}');
});

test('a URL loses its password though nobody told which it is', () => {
  const redactor = new Redactor();
  expect(redactor.clean("cannot use 'mysql://root:abc@h:1/x'")).toBe("cannot use 'mysql://root:***@h:1/x'");
  expect(redactor.clean('mysql://u:a@b@c@h/')).toBe('mysql://u:***@h/');
  expect(redactor.clean('mysql://u@h:3306/')).toBe('mysql://u@h:3306/');
});

test('a URL that cannot be parsed still teaches its password', () => {
  const redactor = new Redactor();
  redactor.learn('mysql://u:very secret@h:notaport/');
  expect(redactor.clean('tried very secret')).toBe('tried ***');
});

test('short passwords and those that equal the user do not destroy the text', () => {
  const redactor = new Redactor();
  redactor.add('1');
  redactor.learn('mysql://otter:otter@h/');
  expect(redactor.clean("GRANT … TO 'otter'@'%' 1 row")).toBe("GRANT … TO 'otter'@'%' 1 row");
});

test('a password inside a longer one leaves no rest', () => {
  const redactor = new Redactor();
  redactor.add('secret');
  redactor.add('secret-longer');
  expect(redactor.clean('secret-longer secret')).toBe('*** ***');
});

test('every string inside a value is cleaned, dates and numbers stay', () => {
  const redactor = new Redactor();
  redactor.add('hunter22');
  const at = new Date(0);
  expect(redactor.cleanAll({ a: ['x hunter22'], b: { c: 1, at }, d: null })).toEqual({
    a: ['x ***'],
    b: { c: 1, at },
    d: null,
  });
});
