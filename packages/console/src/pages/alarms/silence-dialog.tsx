import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { api } from '../../api/client.ts';
import type { Alarm } from '../../api/objects.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';

const MINUTES = [60, 240, 1440, 10_080] as const;

/** For how long a raised alarm is not repeated, and why. */
export function SilenceDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const { t, language, duration } = useWords();
  const queries = useQueryClient();
  const silence = api.useMutation('post', '/api/v1/alarms/{id}/silence', {
    onSuccess: () => queries.invalidateQueries().then(onClose),
  });
  const save = (body: { minutes: number; reason: string }): void =>
    silence.mutate({ params: { path: { id: String(alarm.id) } }, body });
  return (
    <Modal open title={t('alarms.silence-title')} footer={null} onCancel={onClose} maskClosable={false}>
      <p>
        {alarm.channelName}/{alarm.pipelineName}: {alarm.text[language]}
      </p>
      <p className="quiet">{t('alarms.silence-effect')}</p>
      <Form layout="vertical" initialValues={{ minutes: 60 }} onFinish={save}>
        <Form.Item name="minutes" label={t('alarms.silence-time')}>
          <Select options={MINUTES.map((value) => ({ value, label: duration(value * 60_000) }))} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('alarms.reason')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea rows={2} maxLength={2000} />
        </Form.Item>
        {silence.error !== null && <ErrorNotice error={silence.error} />}
        <Button type="primary" htmlType="submit" loading={silence.isPending}>
          {t('alarms.silence-it')}
        </Button>
      </Form>
    </Modal>
  );
}
