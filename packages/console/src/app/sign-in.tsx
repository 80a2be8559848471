import { Alert, Button, Form, Input } from 'antd';
import { api } from '../api/client.ts';
import { problemOf, refusalText } from '../api/problem.ts';
import { useWords } from '../words/words.ts';
import { LanguageSwitch, ShadeSwitch } from './switches.tsx';
import { Mark } from './mark.tsx';

interface Fields {
  name: string;
  password: string;
}

/** Name and password; what was typed stays when they do not fit. */
export function SignIn({ onDone }: { onDone: () => void }) {
  const { t, language } = useWords();
  const signIn = api.useMutation('post', '/api/v1/session', { onSuccess: onDone });
  const problem = problemOf(signIn.error);
  const refusal = problem === null ? t('error.unreachable') : refusalText(problem, language);
  return (
    <main className="door">
      <div className="door-card">
        <h1 className="door-title">
          <Mark /> Otter
        </h1>
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(body) => signIn.mutate({ body })}>
          <Form.Item name="name" label={t('sign-in.name')} rules={[{ required: true, message: t('form.required') }]}>
            <Input autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('sign-in.password')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {signIn.isError && <Alert className="gap-below" type="error" showIcon title={refusal} />}
          <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
            {t('sign-in.submit')}
          </Button>
        </Form>
        <p className="quiet">{t('sign-in.first')}</p>
      </div>
      <div className="door-foot">
        <LanguageSwitch /> <ShadeSwitch />
      </div>
    </main>
  );
}
