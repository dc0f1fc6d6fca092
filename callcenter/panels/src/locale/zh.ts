/** 中文：首选语言。键与 en.ts 完全一致（locale.test.ts 检查）。 */
import complaints from './zh/complaints'
import corrections from './zh/corrections'
import * as alerts from './zh/data/alerts'
import * as data from './zh/data'
import enums from './zh/enums'
import notice from './zh/notice'
import problem from './zh/problem'

export default {
  app: {
    name: '电话营销平台',
    pages: '页面',
    language: '界面语言',
    zh: '中文',
    en: 'English',
    account: '我的账号',
    logOut: '退出登录',
    rehearsal: '演练环境 / Rehearsal',
    rehearsalMore: '客户均为虚构，不拨打真实号码',
    noPage: '您的岗位暂无可用页面，请联系管理员开通权限。',
    noRight: '没有访问权限',
    noRightHint: '您的岗位不能打开此页面。如工作需要，请联系管理员。',
    notFound: '页面不存在',
    notFoundHint: '地址可能有误，或页面已移除。',
    toHome: '返回我的工作页',
    cancel: '取消',
    confirm: '确定',
    refresh: '刷新',
    more: '加载更多',
    lineLost: '与服务器的连接已中断，正在重新连接……',
    reason: '请填写原因',
    reasonKept: '原因将留痕保存，请勿填写客户或员工的个人信息。',
    yuan: '{amount} 元',
    yes: '是',
    no: '否',
    retry: '重试',
    version: '第 {version} 版',
    mandatory: '必读',
    complaintCategory: '投诉类别',
    loading: '加载中……'
  },
  form: {
    required: '请填写此项',
    check: '请检查此项',
    inAnHour: '一小时后 {at}',
    thisAfternoon: '今天下午 {at}'
  },
  table: {
    empty: '暂无数据',
    acts: '操作',
    columns: '选择显示的列',
    reset: '恢复默认'
  },
  job: {
    queued: '排队等待中……',
    running: '处理中……',
    cancelling: '正在取消……',
    of: '{done} / {total}',
    ahead: '前面还有 {count} 个任务。',
    done_so_far: '已处理 {done}',
    failed: '未能完成：',
    cancelled: '已取消，未作任何更改。'
  },
  nav: {
    recordings: '录音',
    recordingSearch: '录音查找',
    exports: '对外提供',
    holds: '法律保全',
    destruction: '到期销毁',
    agent: '坐席',
    floor: '现场监控',
    quality: '质检',
    field: '我的拜访',
    dispatch: '派单',
    insurer: '交接与签单',
    complaints: '投诉',
    callbacks: '回拨与回访',
    people: '人员与请假',
    data: '数据管理',
    campaigns: '营销活动',
    imports: '名单导入',
    targets: '目标客群',
    customers: '客户档案',
    classes: '客户类别',
    dnc: '禁拨名单',
    allocation: '线索分配',
    roster: '排班与配额',
    calendar: '工作日历',
    retries: '再拨规则',
    scripts: '话术',
    ledger: '数据台账',
    audit: '审计',
    admin: '运行维护',
    trail: '审计日志',
    certificates: '合规证书',
    access: '查阅日志',
    organisation: '机构与片区',
    firstRun: '初次配置',
    overview: '运行概况',
    doctor: '诊断',
    tasks: '定时任务',
    jobs: '后台任务',
    signals: '未处理的信号',
    lines: '线路',
    messages: '告警外发',
    incidents: '录音异常'
  },
  title: {
    password: '修改密码',
    secondFactor: '二次验证',
    newImport: '导入名单',
    list: '名单详情',
    customer: '客户详情',
    certificate: '合规证书',
    campaign: '活动详情'
  },
  login: {
    idleTitle: '您还在吗？',
    idleText: '长时间没有操作，{seconds} 秒后自动退出登录。按任意键或点击即可继续。',
    idleStay: '继续工作',
    name: '账号',
    password: '密码',
    submit: '登录',
    empty: '请输入账号和密码。',
    ended: '登录已失效，请重新登录，之后将回到原页面。'
  },
  problem: { ...problem, ...data.problem },
  enums: { ...enums, ...data.enums },
  complaints,
  corrections,
  alerts: alerts.words,
  dnc: notice
}
