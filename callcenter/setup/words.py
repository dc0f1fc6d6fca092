"""Holds every sentence of the installation, Chinese and English: questions, refusals, steps, what to do next."""

from collections.abc import Mapping

from callcenter.setup.types import Question, Step

Sentence = tuple[str, str]
"""Chinese, English."""

QUESTIONS: Mapping[Question, Sentence] = {
    Question.SERVERS: (
        "服务器在哪里？here：全部装在本机；named：数据库和对象存储已有；apart：同 named，且语音交换机在另一台机器",
        "Where do the servers run? here: all on this machine; named: database and object store exist; "
        "apart: as named, and the switch is another machine",
    ),
    Question.DATABASE: (
        "PostgreSQL 的地址（postgresql://用户:密码@主机:端口/库名，输入不显示）",
        "Address of PostgreSQL (postgresql://user:password@host:port/name; not shown while typed)",
    ),
    Question.STORE: (
        "S3 对象存储（https://访问密钥ID@主机:端口/存储桶）",
        "S3 store (https://ACCESS-KEY@host:port/bucket)",
    ),
    Question.STORE_SECRET: (
        "该访问密钥的密码（输入不显示）",
        "Secret key of this access key (not shown while typed)",
    ),
    Question.ORGANISATION: ("机构名称（如 某某银行某某分行）", "Name of the organisation"),
    Question.ADDRESS: (
        "浏览器打开系统的网址（https://…，前面由代理终结 TLS；仅本机试用可填 http://localhost:端口）",
        "Address under which browsers open the system (https://… behind a TLS proxy; http://localhost:PORT for this "
        "machine alone)",
    ),
    Question.NETWORK: (
        "语音交换机对软电话和运营商的 IP 地址（127.0.0.1 表示仅本机；经路由器转换时在后面再写公网地址）",
        "IP address of the switch towards browser phones and the carrier (127.0.0.1: this machine alone; behind a "
        "router write the public address after it)",
    ),
    Question.CERTIFICATE: (
        "软电话 TLS 证书和私钥的 PEM 文件路径，用空格隔开（留空：由本机代理终结 TLS）",
        "PEM files of certificate and key for browser phones, a space between (empty: a proxy here does TLS)",
    ),
    Question.TRUNK: (
        "运营商中继（注册方式：sip:账号@主机:端口；按 IP 认证：sip:主机:端口）",
        "Trunk of the carrier (with registration: sip:account@host:port; known by our IP: sip:host:port)",
    ),
    Question.TRUNK_PASSWORD: (
        "中继账号的密码（输入不显示）",
        "Password of the trunk's account (not shown while typed)",
    ),
    Question.CALLER_IDS: (
        "运营商已核准的主叫号码，多个用逗号隔开",
        "Caller IDs that the carrier has approved, commas between",
    ),
    Question.ADMINISTRATOR: ("首位系统管理员的登录名", "Log-in name of the first administrator"),
}

DEFAULTS: Mapping[Question, str] = {
    Question.SERVERS: "here",
    Question.ADDRESS: "http://localhost:8000",
    Question.NETWORK: "127.0.0.1",
    Question.CERTIFICATE: "",
    Question.ADMINISTRATOR: "admin",
}
"""What an empty line means where nothing was answered before."""

STEPS: Mapping[Step, Sentence] = {
    Step.SETTINGS: ("设置与密钥", "settings and keys"),
    Step.PROGRAMS: ("语音交换机程序", "the switch's program"),
    Step.SWITCH: ("语音交换机配置", "the switch's files"),
    Step.DATABASE: ("数据库", "database"),
    Step.STORE: ("录音存储", "store of the recordings"),
    Step.ADMINISTRATOR: ("首位管理员", "first administrator"),
}

REFUSALS: Mapping[str, Sentence] = {
    # -- files of answers
    "unknown": ("没有“{name}”这一项：请改为其中之一：{names}", "there is no answer {name}: use one of {names}"),
    "missing": ("没有回答这一项：请在答案文件中补上", "this is not answered: add it to the file of answers"),
    "not_text": ("应为带引号的文字：请改正答案文件", "this must be a text in quotes: correct the file of answers"),
    "not_plain": ("含有控制字符或 ${{：请去掉", "this holds a control character or ${{: remove it"),
    "not_toml": (
        "答案文件第 {line} 行不是 TOML：请按 README“Installing”一节的例子改正",
        "line {line} of the file of answers is not TOML: correct it after the example in README, Installing",
    ),
    "answers_unreadable": (
        "答案文件读不出（{why}）：请检查路径和权限",
        "the file of answers cannot be read ({why}): check its path and rights",
    ),
    "answers_open": (
        "答案文件含密码而其他用户可以读取：请执行 chmod 600 {path}",
        "the file of answers holds passwords and other users can read it: run chmod 600 {path}",
    ),
    "seats": ("seats 应为 1 到 {most} 的整数：请改正", "seats must be a number from 1 to {most}: correct it"),
    "ports": (
        "ports 只能有 {names}，端口为 1 到 65535：请改正",
        "ports may have {names}, each from 1 to 65535: correct it",
    ),
    # -- what an answer says
    "servers": ("只能回答 here、named 或 apart：请重新填写", "the answer is here, named or apart: choose one"),
    "database_form": (
        "不是 postgresql://用户:密码@主机:端口/库名 的形式：请改正",
        "this does not read postgresql://user:password@host:port/name: correct it",
    ),
    "store_form": (
        "不是 https://访问密钥ID@主机:端口/存储桶 的形式：请改正，密码另行填写",
        "this does not read https://ACCESS-KEY@host:port/bucket: correct it; the secret key is asked for by itself",
    ),
    "bucket_name": (
        "存储桶名只能用 3 到 63 个小写字母、数字、点和连字符：请改正",
        "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens: correct it",
    ),
    "store_without_tls": (
        "录音不能不加密地经过网络：请改用 https://",
        "recordings must not cross a network without TLS: use https://",
    ),
    "secret_empty": ("密钥为空：请填写", "the secret key is empty: fill it in"),
    "organisation": ("机构名称应为 1 到 60 个字：请改正", "the name has 1 to 60 characters: correct it"),
    "address_form": (
        "不是 https://主机名 的形式：请只写协议、主机名和端口",
        "this does not read https://host: write scheme, host and port alone",
    ),
    "address_without_tls": (
        "没有 TLS 时浏览器不允许使用麦克风：除本机外请用 https:// 并在前面设代理",
        "without TLS browsers refuse the microphone: use https:// with a proxy, except on this machine itself",
    ),
    "network_form": (
        "应为本机的一个 IPv4 地址，其后可再写一个公网地址；127.0.0.1 后面不能再写：请改正",
        "this is one IPv4 address of the machine, and a public one may follow, except after 127.0.0.1: correct it",
    ),
    "network_apart": (
        "交换机在另一台机器时不能用 127.0.0.1：请填那台机器的地址",
        "a switch on another machine cannot have 127.0.0.1: give that machine's address",
    ),
    "certificate_form": (
        "应为两个绝对路径，证书在前、私钥在后，用空格隔开：请改正",
        "these are two absolute paths, first the certificate, then its key, a space between: correct them",
    ),
    "trunk_form": (
        "不是 sip:账号@主机:端口 或 sip:主机:端口 的形式：请改正",
        "this does not read sip:account@host:port or sip:host:port: correct it",
    ),
    "trunk_unreachable_locally": (
        "交换机只在 127.0.0.1 上，连不到 {host}：请把 network 改为本机的网络地址",
        "the switch listens on 127.0.0.1 alone and cannot reach {host}: answer network with an address of this machine",
    ),
    "trunk_password": (
        "密码应为 1 到 128 个字符，不能有空格、双引号和分号：请改正或请运营商更换",
        "the password has 1 to 128 characters without space, quote and semicolon: correct it, or have it changed",
    ),
    "caller_ids": (
        "至少要有一个 3 到 20 位数字的号码：请填写运营商核准的号码",
        "at least one number of 3 to 20 digits is needed: give those that the carrier has approved",
    ),
    "administrator": (
        "登录名为 3 到 40 个小写字母、数字、点、下划线或连字符，以字母开头：请改正",
        "a log-in has 3 to 40 lower-case letters, digits, dots, underscores or hyphens, a letter first: correct it",
    ),
    "login_of_another": (
        "登录名 {login} 属于另一个人，且不是系统管理员：请换一个",
        "the log-in {login} belongs to another person who is no administrator: choose another one",
    ),
    # -- this machine
    "running": (
        "系统正在运行（{path}），不能修改设置：请先停止 callcenter serve，再运行一次",
        "the system runs ({path}) and its settings would change: stop callcenter serve first, then run this again",
    ),
    "folder_unwritable": (
        "目录 {path} 不能写入（{why}）：请换一个目录或更正权限",
        "the folder {path} cannot be written ({why}): choose another one or correct its rights",
    ),
    "folder_of_others": (
        "目录 {path} 属于其他用户或其他用户可以写入：请执行 chown 和 chmod 700",
        "the folder {path} belongs to another user, or others may write there: use chown and chmod 700",
    ),
    "folder_used": (
        "目录 {path} 不是空的，也不是本系统的：请换一个空目录",
        "the folder {path} is neither empty nor one of this system: choose an empty one",
    ),
    "folder_path": (
        "目录 {path} 的路径太长或含有特殊字符：请换成较短的、只用字母数字的路径",
        "the path {path} is too long or holds special characters: choose a shorter one of letters and digits",
    ),
    "settings_lost": (
        "目录 {path} 里有数据而没有 callcenter.env：请从备份恢复该文件，没有它数据无法解密",
        "the folder {path} holds data and no callcenter.env: restore that file from the backup; without it the data "
        "cannot be decrypted",
    ),
    "variable_set": (
        "环境变量 {name} 会盖过设置文件：请先 unset {name}",
        "the variable {name} would override the file of settings: unset it first",
    ),
    "disk": (
        "{path} 只剩 {free} GiB，至少需要 {least} GiB：请清理或换磁盘",
        "{path} has {free} GiB left and {least} GiB are needed: free some, or choose another disk",
    ),
    "port_taken": (
        "{address} 的 {port} 端口已被占用：请停掉占用它的程序，或在 ports 里换一个",
        "port {port} of {address} is taken: stop the program that has it, or choose another one under ports",
    ),
    "port_forbidden": (
        "当前用户不能使用 {port} 端口：请用 1024 以上的端口",
        "this user may not use port {port}: choose one above 1024",
    ),
    "address_not_here": (
        "{address} 不是本机的地址：请填 ip addr 所列的地址",
        "{address} is no address of this machine: give one that ip addr lists",
    ),
    "clock": (
        "本机时钟与{of}相差 {seconds} 秒：请先用 chrony 或 NTP 校准",
        "the clock of this machine differs from {of} by {seconds} s: set it by chrony or NTP first",
    ),
    "certificate_unreadable": (
        "读不出 {path}（{why}）：请检查路径、权限和 PEM 格式",
        "{path} cannot be read ({why}): check its path, rights and that it is PEM",
    ),
    "certificate_expired": (
        "证书已于 {on} 到期或尚未生效：请换用有效的证书",
        "the certificate is not valid ({on}): use one that is in force",
    ),
    "certificate_key": (
        "私钥与证书不匹配：请填同一次签发的两个文件",
        "the key does not belong to the certificate: give both files of one issue",
    ),
    "switch_program": ("语音交换机程序不可用：{why}", "the switch's program cannot be had: {why}"),
    "switch_start": (
        "语音交换机未能以该配置启动：请看 {log}",
        "the switch did not start with these answers without an error: read {log}",
    ),
    # -- database
    "database_unreachable": (
        "连不到 PostgreSQL（{why}）：请检查主机、端口、防火墙和服务是否启动",
        "PostgreSQL does not answer ({why}): check host, port, firewall and that it runs",
    ),
    "database_password": (
        "PostgreSQL 不接受该用户或密码：请改正",
        "PostgreSQL refuses this user or password: correct them",
    ),
    "database_lacking": (
        "库 {name} 不存在而该用户无权创建：请由数据库管理员执行 CREATE DATABASE {name} OWNER {user}",
        "database {name} does not exist and this user may not create it: have the administrator run CREATE DATABASE "
        "{name} OWNER {user}",
    ),
    "database_version": (
        "PostgreSQL {version} 太旧：请用 {least} 或更新的版本",
        "PostgreSQL {version} is too old: use {least} or newer",
    ),
    "database_encoding": (
        "库 {name} 的编码不是 UTF8：请以 ENCODING 'UTF8' 重新创建",
        "database {name} is not encoded in UTF8: create it again with ENCODING 'UTF8'",
    ),
    "database_rights": (
        "该用户无权在库 {name} 中建表、触发器或函数（{why}）：请把库的所有者改为该用户",
        "this user may not create tables, triggers or functions in {name} ({why}): make it the owner of the database",
    ),
    "database_used": (
        "库 {name} 里有别的系统的表：请另给一个空库",
        "database {name} holds tables of another system: give an empty one",
    ),
    # -- object store
    "store_unreachable": (
        "连不到对象存储（{why}）：请检查主机、端口、证书和防火墙",
        "the object store does not answer ({why}): check host, port, certificate and firewall",
    ),
    "store_key": (
        "对象存储不接受该访问密钥：请检查密钥 ID 和密码",
        "the object store refuses this key: check access key and secret key",
    ),
    "store_right": (
        "该密钥缺少权限 {right}：请在存储策略里允许它",
        "this key lacks the right {right}: allow it in the store's policy",
    ),
    "bucket_lacking": (
        "存储桶 {bucket} 不存在：请核对名称，或运行 callcenter setup 由本程序创建",
        "there is no bucket {bucket}: check its name, or have callcenter setup create it",
    ),
    "bucket_no_versions": (
        "存储桶 {bucket} 没有开启版本：请换一个带对象锁定的新桶",
        "bucket {bucket} keeps no versions: name a new one, made with object lock",
    ),
    "bucket_no_lock": (
        "存储桶 {bucket} 没有对象锁定：请换一个名字，由本程序创建，或创建时启用 object lock",
        "bucket {bucket} was made without object lock: give another name, which is then created, or create it with "
        "object lock",
    ),
    "bucket_lock_ignored": (
        "存储桶 {bucket} 删除了被锁定的对象：该存储不能保存录音，请换一个支持 COMPLIANCE 锁定的",
        "bucket {bucket} has deleted a locked object: this store cannot keep recordings, use one with COMPLIANCE locks",
    ),
    # -- trunk
    "trunk_name": (
        "查不到主机 {host}：请检查拼写或 DNS",
        "the name {host} cannot be resolved: check its spelling, or the name server",
    ),
    "trunk_silent": (
        "{host}:{port} 没有应答 SIP 请求：请检查地址、防火墙，或请运营商开通本机地址",
        "{host}:{port} does not answer SIP: check the address and the firewall, or have the carrier admit this address",
    ),
    "trunk_refused": (
        "运营商不接受账号 {user}（SIP {status}）：请核对账号和密码",
        "the carrier refuses account {user} (SIP {status}): check account and password",
    ),
    "trunk_other": (
        "运营商以 SIP {status} 回答注册：请把该代码告知运营商查询",
        "the carrier answers the registration with SIP {status}: ask it for the reason",
    ),
}
"""Stable code → what is wrong and what to do."""
