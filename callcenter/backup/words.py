"""Holds every refusal of backup, restore and keys, in Chinese and English."""

from collections.abc import Mapping

REFUSALS: Mapping[str, tuple[str, str]] = {
    # -- passphrase
    "passphrase_missing": (
        "没有口令：用 --passphrase-file 指定口令文件，或在终端里运行",
        "there is no passphrase: name its file with --passphrase-file, or run this at a terminal",
    ),
    "passphrase_file": (
        "口令文件 {path} 读不出（{why}）：请检查路径和权限",
        "the passphrase file {path} cannot be read ({why}): check its path and rights",
    ),
    "passphrase_open": (
        "其他用户可以读口令文件 {path}：请执行 chmod 600 {path}",
        "others can read the passphrase file {path}: run chmod 600 {path}",
    ),
    "passphrase_short": (
        "口令只有 {count} 个字符，至少要 {least} 个：请换一个更长的",
        "the passphrase has {count} characters, at least {least} are needed: choose a longer one",
    ),
    "passphrase_differs": ("两次输入的口令不同：请重新运行", "the two passphrases differ: run the command again"),
    "passphrase_wrong": (
        "口令不对，或 {name} 被改动过：请用制作时的口令，或换一份备份",
        "the passphrase is wrong, or {name} was altered: use the one it was made with, or another copy",
    ),
    "sealed_form": (
        "{name} 不是本程序加密的文件：请检查文件",
        "{name} is no file that this program has sealed: check which file it is",
    ),
    # -- the backup's folder
    "backup_complete": (
        "{path} 已是一份完整的备份，不会覆盖：请换一个文件夹",
        "{path} holds a complete backup, which is not overwritten: name another folder",
    ),
    "backup_foreign": (
        "{path} 里有别的文件：请换一个空文件夹",
        "{path} holds other files: name an empty folder",
    ),
    "backup_other": (
        "{path} 里是另一套数据库未完成的备份：请换一个文件夹",
        "{path} holds an unfinished backup of another database: name another folder",
    ),
    "backup_unwritable": (
        "{path} 不能写（{why}）：请检查权限和磁盘空间",
        "{path} cannot be written ({why}): check its rights and the free space",
    ),
    "no_backup": (
        "{path} 里没有备份（缺 manifest.json）：请指定备份文件夹",
        "{path} holds no backup (there is no manifest.json): name the folder of one",
    ),
    "backup_form": (
        "{path} 的清单读不懂（{why}）：它被改动过，或由另一版本制作",
        "the manifest of {path} cannot be understood ({why}): it was altered, or another release has made it",
    ),
    "backup_unfinished": (
        "{path} 的备份没有做完：请再次运行 callcenter backup {path} 把它做完，或用另一份",
        "the backup in {path} is unfinished: run callcenter backup {path} again to finish it, or use another one",
    ),
    "part_missing": ("备份缺少 {name}：请用另一份备份", "the backup lacks {name}: use another backup"),
    "part_damaged": (
        "{name} 的内容与清单不符（应为 {size} 字节）：它已损坏，请用另一份备份",
        "{name} is not what the manifest says (of {size} bytes): it is damaged, use another backup",
    ),
    # -- PostgreSQL
    "tools_missing": (
        "没有找到版本 {version} 或更新的 pg_dump 和 pg_restore：请安装 postgresql-client-{version}",
        "no pg_dump and pg_restore of version {version} or newer were found: install postgresql-client-{version}",
    ),
    "tool_failed": ("{tool} 失败：{why}", "{tool} failed: {why}"),
    "database_not_empty": (
        "目标数据库里已有 {count} 张表，不会覆盖：请用 --set CALLCENTER_DATABASE_URL=… 指定一个空的数据库",
        "the database of the restore has {count} tables, which are not overwritten: name an empty one with --set "
        "CALLCENTER_DATABASE_URL=…",
    ),
    "restored_otherwise": (
        "恢复后的表与备份不同（{tables}）：请重新恢复到另一处",
        "tables differ from the backup after the restore ({tables}): restore again, elsewhere",
    ),
    # -- the place of a restore
    "place_used": (
        "{path} 不是空的，不会覆盖：请指定一个空文件夹",
        "{path} is not empty and is not overwritten: name an empty folder",
    ),
    "place_other": (
        "{path} 里有另一份备份恢复到一半：请指定一个空文件夹",
        "{path} holds a half-done restore of another backup: name an empty folder",
    ),
    "variable_set": (
        "环境变量 {name} 会盖过恢复的设置：请先 unset {name}",
        "the environment's {name} would win over the restored settings: unset it first",
    ),
    "set_form": (
        "--set 应为 名称=值，名称以 CALLCENTER_ 开头：{text}",
        "--set reads NAME=VALUE with a name that begins with CALLCENTER_: {text}",
    ),
    # -- keys
    "env_needed": (
        "请用 --env 指定设置文件：新密钥要写进去",
        "name the file of settings with --env: the new key is written into it",
    ),
    "keys_elsewhere": (
        "{path} 里没有 CALLCENTER_FIELD_KEYS：请在保存它的地方加上新密钥",
        "{path} does not hold CALLCENTER_FIELD_KEYS: add the new key where that setting is kept",
    ),
    "key_there": ("已有密钥 {key}：请换一个名称", "there is a key {key} already: choose another id"),
    "key_form": (
        "密钥名称 {key} 只能有字母、数字、_ 和 -，最多 32 个字符",
        "a key's id has letters, digits, _ and - only, 32 at the most: {key} is none",
    ),
    "escrow_there": (
        "{path} 已存在，不会覆盖：请换一个文件名",
        "{path} is there and is not overwritten: name another file",
    ),
    "escrow_unreadable": (
        "{path} 读不出（{why}）：请检查路径和权限",
        "{path} cannot be read ({why}): check its path and rights",
    ),
}
"""Code → Chinese and English. No parameter is a secret."""
