import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { api } from '../../api/client.ts';
import type { RepairPlan, Verification } from '../../api/objects.ts';
import { useRefusal } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

/** Cancel while it goes; then repair, with its plan first; then undo. */
export function RepairActions({ verification, isUnderWay }: { verification: Verification; isUnderWay: boolean }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const after = { onError: useRefusal(), onSettled: () => queries.invalidateQueries() };
  const params = { path: { id: String(verification.id) } };
  const cancel = api.useMutation('post', '/api/v1/verifications/{id}/cancel', after);
  const plan = api.useMutation('post', '/api/v1/verifications/{id}/repair', { onError: after.onError });
  const repair = api.useMutation('post', '/api/v1/verifications/{id}/repair', after);
  const undo = api.useMutation('post', '/api/v1/verifications/{id}/undo', after);
  const askUndo = (): void =>
    void modal.confirm({
      title: t('repair.undo-title'),
      content: t('repair.undo-effect'),
      okText: t('repair.undo'),
      okButtonProps: { danger: true },
      onOk: () => undo.mutateAsync({ params }).catch(() => undefined),
    });
  const write = (): void => {
    plan.reset();
    repair.mutate({ params, body: { execute: true } });
  };
  if (isUnderWay) {
    return (
      <Button loading={cancel.isPending} onClick={() => cancel.mutate({ params })}>
        {t('action.cancel')}
      </Button>
    );
  }
  return (
    <>
      {verification.differences > 0 && (
        <Button
          type="primary"
          loading={plan.isPending}
          onClick={() => plan.mutate({ params, body: { execute: false } })}
        >
          {t('repair.plan')}
        </Button>
      )}
      {verification.repair?.kind === 'repair' && <Button onClick={askUndo}>{t('repair.undo')}</Button>}
      {plan.data !== undefined && plan.data.plan !== null && (
        <PlanDialog plan={plan.data.plan} onClose={() => plan.reset()} onRepair={write} />
      )}
    </>
  );
}

function PlanDialog({ plan, onClose, onRepair }: { plan: RepairPlan; onClose: () => void; onRepair: () => void }) {
  const { t, count } = useWords();
  const rows = plan.reduce((sum, { inserts, updates, deletes }) => sum + inserts + updates + deletes, 0);
  return (
    <Modal
      open
      title={t('repair.title')}
      okText={t('repair.execute')}
      okButtonProps={{ danger: true, disabled: rows === 0 }}
      onOk={onRepair}
      onCancel={onClose}
      maskClosable={false}
    >
      <p>{t('repair.effect')}</p>
      <ul className="checks">
        {plan.map(({ table, target, inserts, updates, deletes, triggers, refused }) => (
          <li key={table}>
            <b>{target}</b>{' '}
            {t('repair.line', { inserts: count(inserts), updates: count(updates), deletes: count(deletes) })}
            {triggers.length > 0 && (
              <div className="tone-look">{t('repair.triggers', { names: triggers.join(', ') })}</div>
            )}
            {refused !== null && <div className="tone-stopped">{`${refused.code}: ${refused.reason}`}</div>}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
