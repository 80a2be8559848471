import { verbatim, type Wording } from './wording.ts';

/**
 * What to do about an error:
 * `retry` by itself with back-off; `table` stops one table, the others go on;
 * `pipeline` stops the pipeline until a person acts; `usage` refuses to start; `request` refuses one request to the
 * manager.
 */
export type ErrorScope = 'retry' | 'table' | 'pipeline' | 'usage' | 'request';

interface ErrorEntry {
  scope: ErrorScope;
  /** One sentence: what happened, English. */
  summary: string;
  /** The same, Chinese, without its full stop. */
  summaryZh: string;
  /** What the operator should do, English. */
  advice: string;
  /** The same, Chinese. */
  adviceZh: string;
}

/** Every coded error of Otter. The reference page is generated from this table. */
export const ERRORS = {
  USAGE: {
    scope: 'usage',
    summary: 'The command or its configuration cannot be used',
    summaryZh: '命令或配置无效',
    advice: 'Correct what the message names; `otter help` lists every option.',
    adviceZh: '按提示修正命令或配置；`otter help` 列出全部选项。',
  },
  PREFLIGHT_FAILED: {
    scope: 'usage',
    summary: 'The preflight found something that must be fixed before starting',
    summaryZh: '预检发现启动前必须处理的问题',
    advice: 'Run with --check, apply the statements it prints, start again.',
    adviceZh: '使用 --check 查看，执行其给出的语句后重新启动。',
  },
  TARGET_NOT_EMPTY: {
    scope: 'usage',
    summary: 'A full copy was asked for, and target tables hold rows already',
    summaryZh: '要求全量复制，但目标表已有数据',
    advice:
      'Choose with --if-not-empty: keep (do not copy these tables, follow the log only), replace (empty them, then copy), or name other tables.',
    adviceZh:
      '请用 --if-not-empty 选择：keep（不复制这些表，仅增量同步）、replace（清空后重新全量复制），或调整表范围。',
  },
  TABLE_NOT_CREATED: {
    scope: 'usage',
    summary: 'A table the target lacks could not be created from its definition on the source',
    summaryZh: '无法按源库的表结构在目标库自动建表',
    advice:
      'Create the table on the target by hand, as it shall be, or leave it out of --tables; then start again. Tables that were created already stay and are used.',
    adviceZh: '请在目标库手工创建该表，或从 --tables 中排除，然后重新启动；已创建的表会保留并继续使用。',
  },
  INDEX_NOT_BUILT: {
    scope: 'pipeline',
    summary: 'All rows are there, but secondary indexes could not be added to a table',
    summaryZh: '数据已全部复制，但二级索引创建失败',
    advice:
      'Nothing of the table is lost, and its changes go on. Cure what the message names (room on the disk, innodb_online_alter_log_max_size) and start the pipeline again, which tries again; or run the statement of the log yourself, then start again.',
    adviceZh:
      '表中数据完整，增量同步照常进行，只缺二级索引。请先排除提示中的原因（磁盘空间、innodb_online_alter_log_max_size 等），重启任务即会重试；也可手工执行日志中的 ALTER 语句后再重启。',
  },
  COPY_IMPOSSIBLE: {
    scope: 'pipeline',
    summary: 'A table cannot be copied while it is written to',
    summaryZh: '该表在有写入时无法全量复制',
    advice:
      'Give the table a primary key on both sides; or leave it out of --tables; or copy it with another tool while nobody writes to it, and start with --mode incremental.',
    adviceZh:
      '请为该表在两侧添加主键；或从 --tables 中排除；或在停写期间用其他工具复制，然后以 --mode incremental 启动。',
  },
  COPY_AGAIN_REFUSED: {
    scope: 'usage',
    summary: 'A table cannot be copied again over the rows that are there',
    summaryZh: '该表无法在已有数据上重新复制',
    advice:
      "The message says why; nothing was changed. With --where 'true' rows that are missing or differ are brought without taking any away, where the reason is the order of the key alone.",
    adviceZh:
      "提示中已说明原因；未做任何修改。若原因仅为两侧键的排序不同，可用 --where 'true'：补齐缺失或不同的行，不删除目标库多余的行。",
  },
  GATE_REFUSED: {
    scope: 'usage',
    summary: 'Rows asked for through retl_buffer are passed over',
    summaryZh: '通过 retl_buffer 请求的行被跳过',
    advice:
      'The message says why; the table and everything else go on. Insert the rows into retl_buffer again when the reason is gone, with TABLE_ID 0, FULL_NAME schema.table and PK_DATA as the key; `otter copy start` does the same by a condition.',
    adviceZh:
      '提示中已说明原因；该表及其他同步不受影响。排除原因后请重新插入 retl_buffer：TABLE_ID 为 0，FULL_NAME 为 schema.table，PK_DATA 为主键值；也可用 `otter copy start` 按条件重新复制。',
  },
  PREDICATE_INVALID: {
    scope: 'usage',
    summary: 'The predicate of a copy cannot be used',
    summaryZh: '复制条件无效',
    advice:
      'Give one SQL condition over the columns of the source table, as it would stand behind WHERE, without comments, semicolons and backslashes.',
    adviceZh: '请给出一个针对源表列的 SQL 条件（即 WHERE 之后的内容），不得包含注释、分号和反斜杠。',
  },
  POSITION_INVALID: {
    scope: 'usage',
    summary: 'A log position cannot be used',
    summaryZh: '日志位点无效',
    advice: 'Give gtid:SET, binlog:FILE:POS, time:ISO, now or earliest; `otter position show` prints the stored one.',
    adviceZh: '请使用 gtid:SET、binlog:FILE:POS、time:ISO、now 或 earliest；`otter position show` 可查看已保存的位点。',
  },
  SOURCE_UNREACHABLE: {
    scope: 'retry',
    summary: 'The source server cannot be reached or closed the connection',
    summaryZh: '无法连接源库或连接已断开',
    advice: 'Check that the server runs and the network path is open; Otter keeps trying.',
    adviceZh: '请检查源库是否运行、网络是否可达；Otter 会持续重试。',
  },
  TARGET_UNREACHABLE: {
    scope: 'retry',
    summary: 'The target server cannot be reached or closed the connection',
    summaryZh: '无法连接目标库或连接已断开',
    advice: 'Check that the server runs and the network path is open; Otter keeps trying.',
    adviceZh: '请检查目标库是否运行、网络是否可达；Otter 会持续重试。',
  },
  TARGET_BUSY: {
    scope: 'retry',
    summary: 'The target refused the work for now: a lock wait, a deadlock or a shutdown',
    summaryZh: '目标库暂时拒绝执行（锁等待、死锁或正在关闭）',
    advice: 'Look for long transactions on the target; Otter keeps trying.',
    adviceZh: '请检查目标库是否有长事务占用锁；Otter 会持续重试。',
  },
  TARGET_READ_ONLY: {
    scope: 'retry',
    summary: 'The target is read-only',
    summaryZh: '目标库为只读',
    advice: 'Set read_only=OFF on the target, or grant the account the right to write when it is on.',
    adviceZh: '请在目标库关闭 read_only，或为账号授予只读状态下的写权限。',
  },
  ACCESS_DENIED: {
    scope: 'pipeline',
    summary: 'A server refused the account or one of its privileges',
    summaryZh: '数据库拒绝了该账号或其某项权限',
    advice: 'Run with --check: it prints the missing GRANT statements.',
    adviceZh: '使用 --check，会列出缺少的 GRANT 语句。',
  },
  SERVER_ID_CLASH: {
    scope: 'retry',
    summary: 'Another replica with the same server id took over the log connection',
    summaryZh: '另一个使用相同 server id 的从库抢占了日志连接',
    advice: 'Give this pipeline a server id of its own; Otter draws another one and tries again.',
    adviceZh: '请为此任务指定独立的 server id；Otter 会更换后重试。',
  },
  COUNTERPART_MISSING: {
    scope: 'retry',
    summary: 'The other direction of a pair that is kept equal both ways has not begun yet',
    summaryZh: '双向同步的另一个方向尚未启动',
    advice: 'Start the leading direction; this one begins where that one found its log.',
    adviceZh: '请先启动主方向；本方向将从主方向记录的位点开始。',
  },
  TWO_WAY_STOPPED: {
    scope: 'pipeline',
    summary: 'One direction of a pair that is kept equal both ways met something the target refuses',
    summaryZh: '双向同步的一个方向遇到目标库无法应用的内容，已停止',
    advice:
      'Nothing of it was applied, and the other direction goes on. Make the target fit what the message names, then start it again. Tables are not parked one by one here: the other direction would take for known what was not applied.',
    adviceZh:
      '该内容未应用，另一个方向照常进行。请按提示调整目标库后重新启动。双向同步不单独挂起某张表：否则另一个方向会把未应用的变更当作已知。',
  },
  LOOP_PROBE_FAILED: {
    scope: 'pipeline',
    summary: 'Commits of Otter are not recognised in the log of the target, so their rows would be sent back',
    summaryZh: '目标库的 binlog 中识别不到 Otter 的提交，写入的行会被回传',
    advice:
      'No row was written. Look on the target at binlog_do_db and binlog_ignore_db (SHOW MASTER STATUS) for the control schema, at triggers on otter_checkpoint, at init_connect (sql_log_bin), and whether the address leads to the same server for writing and for reading its log (proxies, virtual addresses). Then start again.',
    adviceZh:
      '尚未写入任何行。请在目标库检查：控制库是否被 binlog_do_db、binlog_ignore_db 过滤（SHOW MASTER STATUS）；otter_checkpoint 上是否有触发器；init_connect 是否关闭了 sql_log_bin；连接地址在写入与读取 binlog 时是否指向同一台服务器（代理、虚拟 IP）。处理后重新启动。',
  },
  LOOP_SUSPECTED: {
    scope: 'pipeline',
    summary: 'Rows go round: this direction was stopped before it would write them again',
    summaryZh: '变更正在循环，本方向已在再次写入前停止',
    advice:
      'The message shows what was met. Take away what carries rows beside Otter or takes its marks out of the log (replication between these servers, a pipeline that reads a replica of what another one writes to, triggers on otter_checkpoint), compare both sides with `otter verify`, then start again.',
    adviceZh:
      '提示中给出了证据。请去掉 Otter 之外搬运这些行的途径或破坏标记的因素（两端之间的主从复制、读取从库而写入其主库的任务、otter_checkpoint 上的触发器），用 `otter verify` 核对两端后重新启动。',
  },
  CONFLICT_WINDOW: {
    scope: 'pipeline',
    summary: 'More rows were written on the target than can be remembered until the source has seen them',
    summaryZh: '目标库上写入的行过多，在源库得知之前已无法全部记住',
    advice:
      'Start it again with more --memory: about 800 bytes of it for each such row. Where the other direction still runs, it is enough to let that one catch up first.',
    adviceZh:
      '请用更大的 --memory 重新启动：每一个这样的行约需其中 800 字节。如果另一个方向仍在运行，等它追平后再启动本方向即可。',
  },
  CONFLICT_MISSING: {
    scope: 'request',
    summary: 'There is no such record of a conflict',
    summaryZh: '没有该冲突记录',
    advice: 'Each site has its own records, and numbers of its own: `otter conflicts list` shows those of one server.',
    adviceZh: '`otter conflicts list` 可列出某台服务器上的冲突记录。两端各有各的记录，编号只在列出它的服务器上有效。',
  },
  CONFLICT_SETTLED: {
    scope: 'request',
    summary: 'The conflict is settled already',
    summaryZh: '该冲突已经处理完毕',
    advice: 'To have the row otherwise, change it on either side: that is a change like any other.',
    adviceZh: '如需改变该行，请在任一端直接修改，它会像普通变更一样同步到对端。',
  },
  CONFLICT_ROW_CHANGED: {
    scope: 'request',
    summary: 'The row is no longer as the decision left it',
    summaryZh: '该行已不是裁决后的样子',
    advice:
      'Somebody has changed it since; nothing was written. Look at the row as it is now. `otter conflicts confirm` settles the conflict and leaves the row alone; --force writes what you choose over it.',
    adviceZh:
      '裁决之后该行又被修改，本次未写入任何内容。请先查看该行现状：`otter conflicts confirm` 结束该冲突并保留现状；--force 用所选内容覆盖。',
  },
  CONFLICT_NOT_WRITABLE: {
    scope: 'request',
    summary: 'What was chosen cannot be written exactly as it is recorded',
    summaryZh: '无法按记录原样写回所选内容',
    advice:
      'The message says why; nothing was written. Change the row by hand on either side, then `otter conflicts confirm`.',
    adviceZh: '提示中已说明原因，本次未写入任何内容。请在任一端手工修改该行，然后执行 `otter conflicts confirm`。',
  },
  LOG_PURGED: {
    scope: 'pipeline',
    summary: 'The source no longer has the log that is needed next',
    summaryZh: '源库已清除后续所需的 binlog',
    advice:
      'Rows written in the missing part cannot be read any more: copy the tables again, then set the position with `otter position set`. Keep logs longer (binlog_expire_logs_seconds, expire_logs_days).',
    adviceZh: '缺失部分的变更已无法读取：请重新全量同步，再用 `otter position set` 设置位点，并延长 binlog 保留时间。',
  },
  LOG_AHEAD: {
    scope: 'pipeline',
    summary: 'The stored position lies behind the end of the source log',
    summaryZh: '已保存的位点超出源库 binlog 末尾',
    advice:
      'The source lost log it had already sent (crash without sync_binlog=1) or is another server. Compare both sides, then set the position.',
    adviceZh: '源库丢失了已发送的日志（未开启 sync_binlog=1 时宕机）或已更换服务器。请核对两侧数据后重新设置位点。',
  },
  LOG_CORRUPT: {
    scope: 'pipeline',
    summary: 'The log holds bytes that are not a valid event',
    summaryZh: 'binlog 中存在无效的事件',
    advice:
      'Check the file with mysqlbinlog --verify-binlog-checksum at the position shown; nothing after it was applied.',
    adviceZh: '请用 mysqlbinlog --verify-binlog-checksum 检查所示位点的文件；其后的变更均未应用。',
  },
  EVENT_UNKNOWN: {
    scope: 'pipeline',
    summary: 'The log holds an event type this version does not know and which may not be ignored',
    summaryZh: 'binlog 中存在当前版本无法识别且不可忽略的事件类型',
    advice: 'Upgrade Otter, or switch off the feature of the source that writes it. Nothing was skipped.',
    adviceZh: '请升级 Otter，或关闭源库产生该事件的特性。未跳过任何数据。',
  },
  LOG_FORMAT: {
    scope: 'usage',
    summary: 'The source does not write the log that is needed',
    summaryZh: '源库的 binlog 设置不符合要求',
    advice: 'Set log_bin, binlog_format=ROW and binlog_row_image=FULL on the source.',
    adviceZh: '请在源库设置 log_bin、binlog_format=ROW、binlog_row_image=FULL。',
  },
  STATEMENT_DML: {
    scope: 'table',
    summary: 'A write to a mapped table was logged as a statement, not as rows',
    summaryZh: '同步范围内的表的写入以语句形式记录，而非行格式',
    advice:
      'Set binlog_format=ROW for every session of the source. Apply the statement shown on the target by hand, then `otter errors skip`.',
    adviceZh: '请确保源库所有会话使用 binlog_format=ROW。手工在目标库执行所示语句后，运行 `otter errors skip`。',
  },
  DDL_SEEN: {
    scope: 'table',
    summary: 'The definition of a mapped table was changed on the source',
    summaryZh: '源库变更了同步范围内的表结构',
    advice:
      'Have your own statement run on the target in its place by `otter errors replace --sql …`, or none by `otter errors skip`: the table goes on with the changes made after it.',
    adviceZh:
      '用 `otter errors replace --sql …` 在目标库改为执行您给出的语句，或用 `otter errors skip` 不执行任何语句；之后该表会从这条 DDL 之后继续同步。',
  },
  DDL_FAILED: {
    scope: 'table',
    summary: 'The target refused a change of definition',
    summaryZh: '目标库拒绝执行 DDL',
    advice:
      'Correct what the message of the server names, then `otter errors retry`; or have your own statement run instead by `otter errors replace --sql …`: the table goes on with the changes made after it.',
    adviceZh:
      '请按数据库返回的原因修正后运行 `otter errors retry`；或用 `otter errors replace --sql …` 改为执行您给出的语句，该表会从这条 DDL 之后继续同步。',
  },
  DDL_UNCERTAIN: {
    scope: 'table',
    summary: 'It cannot be told whether a change of definition was run on the target',
    summaryZh: '无法判断 DDL 是否已在目标库执行',
    advice:
      'Look at the tables the statement names. Run on the target: `otter errors skip`. Not run: `otter errors replace --sql …` with the statement shown.',
    adviceZh:
      '请查看语句所涉及的表：若目标库已执行，运行 `otter errors skip`；若未执行，用 `otter errors replace --sql …` 重新执行所示语句。',
  },
  SCHEMA_MISMATCH: {
    scope: 'table',
    summary: 'The table in the log, in the catalogue and on the target do not fit together',
    summaryZh: 'binlog、数据字典与目标表的结构不匹配',
    advice: 'Make the target table fit what the message names, then `otter errors retry`.',
    adviceZh: '请按提示调整目标表结构，然后运行 `otter errors retry`。',
  },
  TABLE_MISSING: {
    scope: 'table',
    summary: 'The target has no such table',
    summaryZh: '目标库没有该表',
    advice: 'Create it on the target, then `otter errors retry`: nothing was lost meanwhile.',
    adviceZh: '请在目标库建表，然后运行 `otter errors retry`；期间的变更不会丢失。',
  },
  ROW_MISSING: {
    scope: 'table',
    summary: 'The row to change is not on the target',
    summaryZh: '要变更的行在目标库不存在',
    advice:
      'Somebody else changed the target, or it did not hold all rows at the start. Put the row shown back (its before image), then `otter errors retry`; or `otter errors skip` to leave it out.',
    adviceZh:
      '目标库被其他人修改，或起始数据不完整。请补回所示行（前镜像）后 `otter errors retry`，或 `otter errors skip` 跳过。',
  },
  ROW_EXISTS: {
    scope: 'table',
    summary: 'A row with the same unique key is already on the target',
    summaryZh: '目标库已存在唯一键相同的行',
    advice:
      'Remove or correct the row of the target that holds this key, then `otter errors retry`; or `otter errors skip` to leave the change out.',
    adviceZh: '请删除或修正目标库中占用该唯一键的行后 `otter errors retry`，或 `otter errors skip` 跳过。',
  },
  ROW_REFUSED: {
    scope: 'table',
    summary: 'The target refused a row',
    summaryZh: '目标库拒绝写入该行',
    advice:
      'The message of the server says why: a column too short, a constraint, a trigger. Correct it, then `otter errors retry`.',
    adviceZh: '请查看数据库返回的原因（列过短、约束、触发器等），修正后运行 `otter errors retry`。',
  },
  ROW_IMAGE_PARTIAL: {
    scope: 'table',
    summary: 'A row image lacks a column that is needed to apply it',
    summaryZh: '行镜像缺少应用变更所需的列',
    advice:
      'Set binlog_row_image=FULL on the source, correct the row by hand and `otter errors skip`, or copy the table again.',
    adviceZh: '请在源库设置 binlog_row_image=FULL；手工修正该行后 `otter errors skip`，或重新同步该表。',
  },
  ROW_TOO_LARGE: {
    scope: 'table',
    summary: 'A row does not fit into one packet of the target',
    summaryZh: '行数据超过目标库单个数据包的上限',
    advice: 'Raise max_allowed_packet on the target to at least twice the longest row, then `otter errors retry`.',
    adviceZh: '请将目标库 max_allowed_packet 调到最长行的两倍以上，然后运行 `otter errors retry`。',
  },
  OWNER_CHANGED: {
    scope: 'pipeline',
    summary: 'Another process owns this pipeline now',
    summaryZh: '该管道已由另一个进程接管',
    advice:
      'Two processes run the same pipeline name; this one stopped and committed nothing after losing it. Stop one of them.',
    adviceZh: '同名任务在另一个进程中运行；本进程已停止，且失去所有权后未提交任何数据。请只保留一个。',
  },
  CHECKPOINT_UNUSABLE: {
    scope: 'pipeline',
    summary: 'The checkpoint in the target cannot be used',
    summaryZh: '目标库中的位点记录无法使用',
    advice:
      'The message names what is wrong with it; `otter position show` prints it, `otter position set` replaces it.',
    adviceZh: '请按提示处理；`otter position show` 可查看，`otter position set` 可重设。',
  },
  SOURCE_CHANGED: {
    scope: 'pipeline',
    summary: 'The checkpoint belongs to another source server and has no GTIDs to go on with',
    summaryZh: '位点属于另一台源库，且没有可用于续传的 GTID',
    advice:
      'Coordinates of one server mean nothing on another: find the place on this server and `otter position set` it.',
    adviceZh: '不同服务器的文件位点不能通用：请在新源库上确定位点并用 `otter position set` 设置。',
  },
  ROWS_DIFFER: {
    scope: 'pipeline',
    summary: 'Rows on the target are not what the stream wrote',
    summaryZh: '目标库的行与同步写入的内容不一致',
    advice:
      'Run `otter verify --repair` on the tables named: it shows both sides and makes them equal. Look for triggers and other writers on the target first, or they will differ again.',
    adviceZh:
      '请对提示中的表运行 `otter verify --repair`，可查看两侧差异并修复。请先排查目标库上的触发器及其他写入方，否则还会再次不一致。',
  },
  FOREIGN_WRITER: {
    scope: 'pipeline',
    summary: 'Somebody else writes to tables of the target that Otter keeps equal',
    summaryZh: '有其他程序写入由 Otter 同步的目标表',
    advice:
      'Find the account or program by the statement, thread and time shown and take its right to write; then `otter verify --repair` on the table.',
    adviceZh:
      '请根据所示语句、线程号和时间找到写入的账号或程序并收回其写权限，然后对该表运行 `otter verify --repair`。',
  },
  VERIFY_TOO_LARGE: {
    scope: 'pipeline',
    summary: 'A table cannot be compared within the memory there is for it',
    summaryZh: '可用内存不足以比对该表',
    advice:
      'Give the table a primary key or a unique key of NOT NULL columns on both sides; then rows are compared by key, however many there are.',
    adviceZh: '请在两侧为该表添加主键或由 NOT NULL 列组成的唯一键；之后将按键比较，行数不受限制。',
  },
  REPAIR_REFUSED: {
    scope: 'table',
    summary: 'Rows that differ cannot be repaired',
    summaryZh: '无法修复不一致的行',
    advice:
      'The message says why. A parked table: `otter errors retry`; rows that keep changing: repair again later; a table without a key: correct its rows by hand or copy the table again.',
    adviceZh:
      '提示中已说明原因。表已停止：先用 `otter errors retry` 处理；行持续变化：稍后重试修复；无键的表：请手工修正或重新全量同步。',
  },
  STORE_UNUSABLE: {
    scope: 'usage',
    summary: "The manager's configuration store cannot be used",
    summaryZh: '管理端的配置库无法使用',
    advice:
      'The message says why. Give the manager the data folder, the secret key and the version of Otter that this store belongs to; restore the three together from a backup.',
    adviceZh: '提示中已说明原因。请为管理端提供与该配置库配套的数据目录、密钥和 Otter 版本；恢复备份时三者须一并恢复。',
  },
  DATA_DIR_IN_USE: {
    scope: 'usage',
    summary: 'Another manager works in this data folder',
    summaryZh: '数据目录已被另一个管理端进程占用',
    advice: 'Stop the other one first, or give this one a folder of its own with --data-dir.',
    adviceZh: '请先停止另一个管理端进程，或用 --data-dir 为本进程指定另一个数据目录。',
  },
  STORE_IN_USE: {
    scope: 'usage',
    summary: 'Another manager works on this configuration store',
    summaryZh: '配置库已被另一个管理端进程占用',
    advice:
      'Stop the other one first, or give this one a database of its own with --store. After a machine was lost, wait a minute.',
    adviceZh: '请先停止另一个管理端进程，或用 --store 为本进程指定另一个数据库。若原主机已宕机，请等待一分钟后再启动。',
  },
  LISTEN_FAILED: {
    scope: 'usage',
    summary: 'The manager cannot listen on this address',
    summaryZh: '管理端无法监听该地址',
    advice: 'Choose a free port and an address of this machine with --listen HOST:PORT; ports below 1024 need root.',
    adviceZh: '请用 --listen HOST:PORT 指定本机地址和空闲端口；1024 以下的端口需要 root 权限。',
  },
  MANAGER_UNREACHABLE: {
    scope: 'retry',
    summary: 'The manager does not answer',
    summaryZh: '管理端没有响应',
    advice:
      'Start it with `otter start`, or name it with --manager URL; where it has a certificate of your own authority, set NODE_EXTRA_CA_CERTS.',
    adviceZh:
      '请先用 `otter start` 启动管理端，或用 --manager URL 指定其地址；若使用自建 CA 签发的证书，请设置 NODE_EXTRA_CA_CERTS。',
  },
  TOKEN_MISSING: {
    scope: 'usage',
    summary: 'The manager wants to know who asks, and there is no token',
    summaryZh: '管理端要求验证身份，但未提供令牌',
    advice:
      'Make a token in the manager (with the scopes read, operate and configure) and give it as OTTER_TOKEN, or in a file that only you may read with --token-file FILE (chmod 600).',
    adviceZh:
      '请在管理端创建令牌（权限 read、operate、configure），通过环境变量 OTTER_TOKEN 提供；或写入仅本人可读的文件（chmod 600），用 --token-file FILE 指定。',
  },
  IMPORT_REFUSED: {
    scope: 'usage',
    summary: 'This is not a database of the original otter, or not one that can be read',
    summaryZh: '不是原版 otter 的数据库，或无法读取',
    advice:
      'Name the database of the manager, mysql://user:password@host/otter, with an account that may SELECT from it; versions 4.2.x are read.',
    adviceZh:
      '请指定原版 otter manager 的数据库，如 mysql://user:password@host/otter，账号需有 SELECT 权限；支持 4.2.x 版本。',
  },
  STORE_UNREACHABLE: {
    scope: 'retry',
    summary: "The manager's configuration store does not answer",
    summaryZh: '管理端的配置库没有响应',
    advice: 'Check the server or the disk it lies on; running pipelines are not touched by it.',
    adviceZh: '请检查配置库所在的服务器或磁盘；正在运行的管道不受影响。',
  },
  REQUEST_INVALID: {
    scope: 'request',
    summary: 'The request cannot be understood',
    summaryZh: '请求无效',
    advice: 'Correct the fields that are named; the description of the interface is at /api/v1/docs.',
    adviceZh: '请修正所列字段；接口说明见 /api/v1/docs。',
  },
  REQUEST_TOO_LARGE: {
    scope: 'request',
    summary: 'The request is larger than the manager accepts',
    summaryZh: '请求超出管理端的大小限制',
    advice: 'Send less at once.',
    adviceZh: '请减少单次请求的数据量。',
  },
  NOT_SIGNED_IN: {
    scope: 'request',
    summary: 'Nobody is signed in',
    summaryZh: '未登录',
    advice: 'Sign in, or send an API token that is valid.',
    adviceZh: '请先登录，或使用有效的 API 令牌。',
  },
  LOGIN_FAILED: {
    scope: 'request',
    summary: 'The name or the password is wrong',
    summaryZh: '用户名或密码错误',
    advice: 'Try again; an administrator can set a new password.',
    adviceZh: '请重试；管理员可以重置密码。',
  },
  LOGIN_LOCKED: {
    scope: 'request',
    summary: 'Too many attempts to sign in',
    summaryZh: '登录尝试次数过多',
    advice: 'Wait as long as the answer says, then try again.',
    adviceZh: '请按返回的时长等待后再试。',
  },
  FORBIDDEN: {
    scope: 'request',
    summary: 'This is not allowed to this account',
    summaryZh: '该账号无权执行此操作',
    advice: 'Ask an administrator for the role or the channel, or use a token with the scope.',
    adviceZh: '请联系管理员授予相应角色或通道，或使用具备该权限范围的令牌。',
  },
  NOT_FOUND: {
    scope: 'request',
    summary: 'There is no such object',
    summaryZh: '对象不存在',
    advice: 'Look at the list again; somebody may have deleted it.',
    adviceZh: '请刷新列表查看；该对象可能已被删除。',
  },
  NAME_TAKEN: {
    scope: 'request',
    summary: 'The name is taken',
    summaryZh: '名称已被占用',
    advice: 'Choose another name, or change the object that has it.',
    adviceZh: '请换一个名称，或修改占用该名称的对象。',
  },
  IN_USE: {
    scope: 'request',
    summary: 'The object is used by others and cannot be deleted',
    summaryZh: '对象正被引用，不能删除',
    advice: 'Change or delete first what the message names.',
    adviceZh: '请先修改或删除提示中列出的对象。',
  },
  STATE_CONFLICT: {
    scope: 'request',
    summary: 'This cannot be done in the present state',
    summaryZh: '当前状态下不能执行此操作',
    advice: 'The message says what has to be done first.',
    adviceZh: '提示中已说明需要先完成的操作。',
  },
  VERSION_MISSING: {
    scope: 'request',
    summary: 'The request does not say which version it changes',
    summaryZh: '请求未指明所修改的版本',
    advice: 'Read the object, and send its ETag as If-Match.',
    adviceZh: '请先读取对象，并将其 ETag 作为 If-Match 发送。',
  },
  VERSION_MISMATCH: {
    scope: 'request',
    summary: 'Somebody else changed the object meanwhile',
    summaryZh: '对象已被他人修改',
    advice: 'Read it again, make the change on what is there now, and send that.',
    adviceZh: '请重新读取对象，在最新内容上修改后再提交。',
  },
  IDEMPOTENCY_CLASH: {
    scope: 'request',
    summary: 'The idempotency key belongs to another request',
    summaryZh: '幂等键已用于另一个请求',
    advice:
      'Look at what is there; then use a new key for each new request, and the same only to repeat one unchanged.',
    adviceZh: '请先核对当前状态；每个新请求使用新的键，仅在原样重发同一请求时使用相同的键。',
  },
  NOT_SUPPORTED: {
    scope: 'pipeline',
    summary: 'This is not supported',
    summaryZh: '暂不支持',
    advice: 'The message names it; nothing was applied from there on.',
    adviceZh: '提示中已说明；其后的内容均未应用。',
  },
  PIPELINE_CRASHED: {
    scope: 'pipeline',
    summary: 'The thread of a pipeline ended without a word',
    summaryZh: '管道线程异常退出',
    advice:
      'Start it again: it goes on from its checkpoint, nothing is lost. When memory was short, give it a smaller --memory or fewer tables; otherwise please report the message.',
    adviceZh:
      '请重新启动：任务会从已保存的位点继续，不会丢失数据。若因内存不足，请调小 --memory 或减少表数；否则请附上提示信息反馈。',
  },
  INTERNAL: {
    scope: 'pipeline',
    summary: 'Otter itself made a mistake',
    summaryZh: 'Otter 内部错误',
    advice: 'Please report it with the log; the target holds only whole, checkpointed transactions.',
    adviceZh: '请附日志反馈此问题；目标库中只有完整且已记录位点的事务。',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

const BRAND = Symbol.for('otter.error');

export interface ErrorDetails {
  /** What this occurrence is about; never a password, never a row value. A wording is told in both languages. */
  detail: string | Wording;
  /** Facts worth keeping apart: table, position, statement. */
  context?: Readonly<Record<string, string | number>>;
  cause?: unknown;
}

/** The only error class that leaves a package. `message` is `summary: detail`. */
export class OtterError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  /** The same in Chinese, as far as it was said in Chinese. */
  readonly detailZh: string;
  readonly context: Readonly<Record<string, string | number>>;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, details: ErrorDetails) {
    const { en, zh } = typeof details.detail === 'string' ? verbatim(details.detail) : details.detail;
    super(`${ERRORS[code].summary}: ${en}`, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'OtterError';
    this.code = code;
    this.detail = en;
    this.detailZh = zh;
    this.context = details.context ?? {};
  }

  /** The detail in both languages, to be said again in another. */
  get said(): Wording {
    return { en: this.detail, zh: this.detailZh };
  }

  /** `message` in Chinese. */
  get messageZh(): string {
    return `${ERRORS[this.code].summaryZh}：${this.detailZh}`;
  }

  get scope(): ErrorScope {
    return ERRORS[this.code].scope;
  }

  get advice(): string {
    return ERRORS[this.code].advice;
  }

  get adviceZh(): string {
    return ERRORS[this.code].adviceZh;
  }

  /** Survives two copies of this package in one process, unlike `instanceof`. */
  static is(error: unknown): error is OtterError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }
}

/** What is kept of an error as `message`, in Chinese: of its details, which were kept in English alone, the sentence. */
export function messageInChinese(code: string, message: string): string {
  if (!Object.hasOwn(ERRORS, code)) return message;
  const { summary, summaryZh } = ERRORS[code as ErrorCode];
  return message.startsWith(`${summary}: `) ? `${summaryZh}：${message.slice(summary.length + 2)}` : message;
}

/** Everything that was thrown, as a coded error: what is not ours yet is a mistake of ours. */
export function codedError(error: unknown): OtterError {
  if (OtterError.is(error)) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new OtterError('INTERNAL', { detail, cause: error });
}

/** A mistake of ours, not of the world: stops the pipeline loudly and is never retried. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new OtterError('INTERNAL', { detail: what });
}
