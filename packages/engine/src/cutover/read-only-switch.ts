import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';

/** `read_only` of one server: set for a while, and put back to what it was. */
export class ReadOnlySwitch {
  readonly #session: Session;
  #before: { variable: string; value: string } | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * MySQL: `super_read_only`, which binds administrators too; MariaDB and MySQL 5.6: `read_only`. Throws ACCESS_DENIED
   * with the GRANT that is missing.
   */
  async set(): Promise<void> {
    const rows = await this.#session.rows(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only','super_read_only')",
    );
    const values = new Map(rows.map(([name, value]) => [name ?? '', value ?? '']));
    const variable = values.has('super_read_only') ? 'super_read_only' : 'read_only';
    const value = values.get(variable) ?? 'OFF';
    try {
      await this.#session.query(`SET GLOBAL ${variable}=ON`);
    } catch (error) {
      if (!OtterError.is(error) || error.code !== 'ACCESS_DENIED') throw error;
      throw new OtterError('ACCESS_DENIED', {
        detail: `The source may not be made read-only by this account: GRANT ${this.#privilege} ON *.* TO it; or set ${variable}=ON yourself and leave --read-only out.`,
        cause: error,
      });
    }
    // Setting super_read_only sets read_only too; the way back has to undo both.
    this.#before = {
      variable: variable === 'super_read_only' && values.get('read_only') === 'OFF' ? 'read_only' : variable,
      value,
    };
  }

  get #privilege(): string {
    if (this.#session.isMariadb) return this.#session.versionNumber >= 100500 ? 'READ_ONLY ADMIN' : 'SUPER';
    return this.#session.versionNumber >= 80000 ? 'SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN' : 'SUPER';
  }

  /** Makes the server what it was before {@link set}; nothing when that was not called. */
  async restore(): Promise<void> {
    if (this.#before === null) return;
    const { variable, value } = this.#before;
    await this.#session.query(`SET GLOBAL ${variable}=${/^(1|ON)$/i.test(value) ? 'ON' : 'OFF'}`);
    this.#before = null;
  }
}
