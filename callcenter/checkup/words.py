"""Holds the sentences of what a look at the machine finds and an installation does not ask. See ``setup/words.py``."""

from collections.abc import Mapping

from callcenter.doctor.types import Area, Severity

_STOPS, _WARNS = Severity.STOPS, Severity.WARNS

WORDS: Mapping[str, tuple[Area, Severity, str, str]] = {
    "settings_wrong": (
        Area.SETTINGS,
        _STOPS,
        "设置有误：{fault}",
        "A setting is wrong: {fault}",
    ),
    "settings_open": (
        Area.SETTINGS,
        _WARNS,
        "其他用户可以读设置文件 {path}，里面有密钥：请执行 chmod 600 {path}",
        "Others can read the file of settings {path}, which holds keys: run chmod 600 {path}",
    ),
    "cookies_need_tls": (
        Area.SETTINGS,
        _STOPS,
        "没有 TLS（{url}）而 CALLCENTER_SECURE_COOKIES 为 true，浏览器登录不上：请配置 TLS，仅本机试用可改为 false",
        "Without TLS ({url}) and with CALLCENTER_SECURE_COOKIES true browsers cannot log in: set TLS up; false is for "
        "this machine alone",
    ),
    "cookies_not_secure": (
        Area.SETTINGS,
        _WARNS,
        "已配置 TLS 而 CALLCENTER_SECURE_COOKIES 为 false，登录凭证可能外泄：请改为 true",
        "There is TLS and CALLCENTER_SECURE_COOKIES is false, sessions may leak: set it to true",
    ),
    "nat_unset": (
        Area.TRUNK,
        _STOPS,
        "运营商 {host} 在公网，而交换机地址 {bind} 是内网地址且没有 CALLCENTER_NODE_EXTERNAL，声音不通：请填公网地址",
        "The carrier {host} is outside and the switch has the private address {bind} without CALLCENTER_NODE_EXTERNAL, "
        "so voices do not arrive: set the public address",
    ),
    "nat_private": (
        Area.TRUNK,
        _STOPS,
        "CALLCENTER_NODE_EXTERNAL（{external}）是内网地址，运营商的语音到不了：请填路由器的公网地址",
        "CALLCENTER_NODE_EXTERNAL ({external}) is a private address which the carrier cannot reach: set the router's "
        "public one",
    ),
    "trunk_local": (
        Area.TRUNK,
        _STOPS,
        "交换机只在 127.0.0.1 上，连不到运营商 {host}：请把 CALLCENTER_NODE_BIND 改为本机的网络地址",
        "The switch listens on 127.0.0.1 alone and cannot reach the carrier {host}: set CALLCENTER_NODE_BIND to an "
        "address of this machine",
    ),
    "no_trunk": (
        Area.TRUNK,
        _STOPS,
        "没有配置运营商线路，不能外呼：请设置 CALLCENTER_NODE_TRUNK_HOST 并写交换机配置",
        "No trunk is set, so no call can be placed: set CALLCENTER_NODE_TRUNK_HOST and write the switch's files",
    ),
    "sound_ports_few": (
        Area.SWITCH,
        _WARNS,
        "语音端口 {first}–{last} 只够 {enough} 部软电话，配置了 {phones} 部：请扩大 CALLCENTER_NODE_RTP_LAST",
        "Ports {first}–{last} for sound are enough for {enough} phones of {phones}: raise CALLCENTER_NODE_RTP_LAST and "
        "open them in the firewall",
    ),
    "database_older": (
        Area.DATABASE,
        _STOPS,
        "数据库版本 {present} 低于程序需要的 {newest}：请先备份，再执行 callcenter migrate",
        "The database is at revision {present} and this release needs {newest}: back it up, then run callcenter "
        "migrate",
    ),
    "database_newer": (
        Area.DATABASE,
        _STOPS,
        "数据库版本 {present} 高于程序认识的 {newest}：请安装升级它的那个版本",
        "The database is at revision {present} and this release knows only {newest}: install the release that migrated "
        "it",
    ),
    "database_empty": (
        Area.DATABASE,
        _STOPS,
        "数据库是空的：请执行 callcenter migrate",
        "The database is empty: run callcenter migrate",
    ),
    "key_foreign_index": (
        Area.DATABASE,
        _STOPS,
        "CALLCENTER_INDEX_KEY 不是这个数据库的密钥，禁拨名单会查不到号码：请从托管文件恢复",
        "CALLCENTER_INDEX_KEY is not the key of this database, so blocked numbers would not be found: restore it from "
        "the escrow",
    ),
    "key_foreign_field": (
        Area.DATABASE,
        _STOPS,
        "密钥 {key} 不是这个数据库的，密文解不开：请从托管文件恢复 CALLCENTER_FIELD_KEYS",
        "Key {key} is not that of this database and opens nothing in it: restore CALLCENTER_FIELD_KEYS from the escrow",
    ),
    "key_lacking_field": (
        Area.DATABASE,
        _STOPS,
        "CALLCENTER_FIELD_KEYS 缺少密钥 {key}，部分密文解不开：请从托管文件恢复，放在启用的密钥之后",
        "CALLCENTER_FIELD_KEYS lacks key {key}, so some values cannot be opened: restore it from the escrow, behind "
        "the active one",
    ),
    "tables_changed": (
        Area.DATABASE,
        _STOPS,
        "数据库的表在程序之外被改动过：请执行 callcenter migrate --check，它会逐项列出",
        "Tables were changed by another hand: run callcenter migrate --check, which names each difference",
    ),
    "spool_missing": (
        Area.MACHINE,
        _STOPS,
        "录音目录 {path} 不存在或不能写，不会外呼：请建立目录并交给运行程序的用户",
        "The spool {path} is not there or cannot be written, so nothing is dialled: make it, owned by the account that "
        "runs the program",
    ),
    "spool_full": (
        Area.MACHINE,
        _STOPS,
        "录音目录 {path} 只剩 {free} MB，低于下限 {least} MB，不会外呼：请清理磁盘",
        "The spool {path} has {free} MB left and needs {least} MB, so nothing is dialled: free the disk",
    ),
    "disk_low": (
        Area.MACHINE,
        _WARNS,
        "{path} 只剩 {percent}%：请清理磁盘或扩容",
        "{path} has {percent} % left: free some, or enlarge it",
    ),
    "log_unwritable": (
        Area.MACHINE,
        _STOPS,
        "日志目录 {path} 不能写：请更正权限",
        "The folder of logs {path} cannot be written: correct its rights",
    ),
    "certificate_expires": (
        Area.MACHINE,
        _WARNS,
        "证书将于 {on} 到期（剩 {days} 天）：请续期并重启交换机",
        "The certificate expires on {on} (in {days} days): renew it and restart the switch",
    ),
    "ami_unreachable": (
        Area.SWITCH,
        _STOPS,
        "交换机控制口 {address} 连不上（{why}）：请检查 Asterisk 是否运行、端口和防火墙",
        "The control link {address} of the switch does not answer ({why}): look whether Asterisk runs, at the port and "
        "the firewall",
    ),
    "ami_other": (
        Area.SWITCH,
        _STOPS,
        "{address} 上的不是 Asterisk 控制口：请核对 CALLCENTER_SWITCH_AMI_PORT",
        "What listens at {address} is no control link of Asterisk: check CALLCENTER_SWITCH_AMI_PORT",
    ),
    "ami_refused": (
        Area.SWITCH,
        _STOPS,
        "交换机不接受用户 {user} 的密码：请执行 callcenter switch write 并重启交换机，使两边一致",
        "The switch refuses the password of {user}: run callcenter switch write and restart the switch, so that both "
        "agree",
    ),
    "switch_unwritten": (
        Area.SWITCH,
        _STOPS,
        "交换机 {node} 的配置文件还没有写：请执行 callcenter switch write --node {node}",
        "The files of switch {node} are not written: run callcenter switch write --node {node}",
    ),
    "switch_drift": (
        Area.SWITCH,
        _WARNS,
        "交换机 {node} 的配置有 {count} 处与设置不一致：请看 callcenter switch check，再写入并重启交换机",
        "The files of switch {node} differ from the settings in {count} places: see callcenter switch check, then "
        "write them and restart the switch",
    ),
    "websocket_unreachable": (
        Area.SWITCH,
        _STOPS,
        "软电话地址 {url} 连不上（{why}），坐席电话注册不了：请检查交换机、代理和防火墙",
        "Phones cannot reach {url} ({why}) and do not register: check the switch, the proxy and the firewall",
    ),
    "websocket_certificate": (
        Area.SWITCH,
        _STOPS,
        "软电话地址 {url} 的证书无效（{why}），浏览器会拒绝：请换用浏览器信任的证书",
        "The certificate of {url} is not valid ({why}) and browsers refuse it: use one that they trust",
    ),
    "web_unreachable": (
        Area.PARTS,
        _STOPS,
        "网页服务 {url} 没有应答：请启动 callcenter serve，并看它的日志",
        "The web at {url} does not answer: start callcenter serve and read its log",
    ),
    "web_not_ready": (
        Area.PARTS,
        _STOPS,
        "网页服务在运行但不能工作（{why}）：请看 /readyz 和日志",
        "The web runs and cannot work ({why}): see /readyz and the log",
    ),
    "mail_unreachable": (
        Area.OPERATION,
        _WARNS,
        "邮件服务器 {address} 连不上（{why}），告警发不出去：请核对 CALLCENTER_MESSAGES_SMTP_*",
        "The mail server {address} does not answer ({why}), so alerts do not leave: check CALLCENTER_MESSAGES_SMTP_*",
    ),
    "too_slow": (
        Area.OPERATION,
        _WARNS,
        "检查“{name}”在 {seconds} 秒内没有结束：该服务器可能没有响应或网络不通",
        "The look at {name} did not end within {seconds} s: that server may hang, or the network drops packets",
    ),
}
"""Code → area, severity, Chinese, English."""

AREAS: Mapping[str, Area] = {
    "database": Area.DATABASE,
    "store": Area.STORE,
    "trunk": Area.TRUNK,
    "certificate": Area.MACHINE,
    "disk": Area.MACHINE,
}
"""Name of a look → the area of what an installation's test refuses in it."""
