/** “我的账号”和修改密码的用语。 */
export default {
  account: {
    close: '关闭',
    title: '我的账号',
    logIns: '登录中的设备',
    hint: '如有不是您本人的登录，请立即结束并修改密码。',
    loggedInAt: '登录时间',
    seenAt: '最近使用',
    address: '网络地址',
    current: '本次登录',
    end: '结束',
    endOthers: '结束其他全部登录',
    ended: '登录已结束。'
  },
  password: {
    open: '修改密码',
    title: '修改密码',
    firstTitle: '首次登录，请修改密码',
    firstHint: '您使用的是一次性密码。修改后才能开始工作。',
    hint: '密码不能包含账号或姓名，也不能是常见密码。修改后，您在其他设备上的登录将全部退出。',
    present: '当前密码',
    next: '新密码',
    again: '再次输入新密码',
    differ: '两次输入的新密码不一致。',
    changed: '密码已修改。'
  },
  problem: {
    weak_password: '密码强度不足。',
    wrong_password: '当前密码不正确，请重新输入。',
    password_changed_meanwhile: '密码已被另一次操作修改，请用新密码重新登录。',
    why: {
      weak_password: {
        short: '密码至少需要 {least} 个字符。',
        personal: '密码不能包含您的账号或姓名。',
        known: '这是常见密码，容易被猜到，请换一个。',
        monotonous: '密码过于单一，请使用更多不同的字符。',
        same: '新密码不能与当前密码相同。'
      }
    }
  }
}
