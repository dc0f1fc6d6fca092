"""Decides what the operator is asked to do after an installation."""

from callcenter.setup.types import NODE, Answers, ServersAt

Sentence = tuple[str, str]


def next_steps(answers: Answers, settings_file: str) -> list[Sentence]:
    """Returns the next steps in their order, Chinese and English."""
    apart = answers.servers is ServersAt.APART
    roles = " --role web --role office" if apart else ""
    steps = [
        (
            f"备份 {settings_file}：里面的密钥丢失后，数据无法解密",
            f"Back up {settings_file}: without the keys in it the data cannot be decrypted",
        )
    ]
    if apart:
        bind = answers.network.bind
        steps.append(
            (
                f"在交换机 {bind} 上安装 Asterisk 22 和本程序，把 {settings_file} 复制过去，"
                f"执行 callcenter switch write --node {NODE} --env {settings_file}，按它打印的命令启动 Asterisk，"
                f"再执行 callcenter serve --env {settings_file} --role engine --role recorder",
                f"On the switch {bind} install Asterisk 22 and this program, copy {settings_file} there, run "
                f"callcenter switch write --node {NODE} --env {settings_file}, start Asterisk by the command that it "
                f"prints, then run callcenter serve --env {settings_file} --role engine --role recorder",
            )
        )
    if answers.address.secure:
        forward = f"{answers.address.url} → http://127.0.0.1:{answers.panels_port}"
        if answers.certificate is None and not apart:
            forward += f"，/ws → http://127.0.0.1:{answers.ports.websocket}"
        english = forward.replace("，", ", ")
        steps.append((f"设置终结 TLS 的反向代理：{forward}", f"Put a proxy with TLS in front of the system: {english}"))
    return [
        *steps,
        (
            f"启动系统：callcenter serve --env {settings_file}{roles}",
            f"Start the system: callcenter serve --env {settings_file}{roles}",
        ),
        (
            f"打开 {answers.address.url}，以 {answers.administrator} 登录",
            f"Open {answers.address.url} and log in as {answers.administrator}",
        ),
    ]
