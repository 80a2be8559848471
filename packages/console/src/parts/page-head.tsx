import type { ReactNode } from 'react';

/** The name of a page, what it is about in a line, and what can be done on it. */
export function PageHead({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children?: ReactNode }) {
  return (
    <div className="head">
      <div>
        <h1>{title}</h1>
        {aside !== undefined && <div className="quiet">{aside}</div>}
      </div>
      {children !== undefined && <div className="head-actions">{children}</div>}
    </div>
  );
}
