// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from './en'
import enAccount from './en/account'
import enBoards from './en/boards'
import enDesk from './en/desk'
import enDoctor from './en/doctor'
import enHelp from './en/help'
import enOffice from './en/office'
import enLines from './en/lines'
import enMessages from './en/messages'
import enPeople from './en/people'
import enRecordings from './en/recordings'
import enOperation from './en/operation'
import zh from './zh'
import enums from './zh/enums'
import account from './zh/account'
import boards from './zh/boards'
import desk from './zh/desk'
import doctor from './zh/doctor'
import help from './zh/help'
import office from './zh/office'
import lines from './zh/lines'
import messages from './zh/messages'
import people from './zh/people'
import recordings from './zh/recordings'
import operation from './zh/operation'

type Words = { [key: string]: string | Words }

function flat(words: Words, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(here, value)
    else flat(value, here).forEach((word, inner) => found.set(inner, word))
  }
  return found
}

function files(folder: string, fits: (name: string) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && fits(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

const chinese = new Map([...flat(zh), ...flat(account), ...flat(people), ...flat(boards), ...flat(desk), ...flat(office), ...flat(lines), ...flat(messages), ...flat(operation), ...flat(recordings), ...flat(help), ...flat(doctor)])
const english = new Map([...flat(en), ...flat(enAccount), ...flat(enPeople), ...flat(enBoards), ...flat(enDesk), ...flat(enOffice), ...flat(enLines), ...flat(enMessages), ...flat(enOperation), ...flat(enRecordings), ...flat(enHelp), ...flat(enDoctor)])
const SRC = join(import.meta.dirname, '..')
const SYSTEM = join(import.meta.dirname, '../../..')
const sources = files(SRC, (name) => /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts')).filter(
  (file) => !file.includes('/locale/')
)
const holes = (word: string) => [...word.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort()

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  it('have a page of help for every role', () => {
    expect(Object.keys(help.help.of).sort()).toEqual(Object.keys(enums.role).sort())
  })

  it('have the same gaps to fill in', () => {
    const differing = [...chinese].filter(([key, word]) => holes(word).join() !== holes(english.get(key) ?? '').join())
    expect(differing).toEqual([])
  })

  it('are not one in the other: no Chinese word is English', () => {
    const own = new Set(['app.en', 'app.rehearsal', 'job.of', 'alerts.comma', 'dnc.and', 'dnc.quoted', 'dnc.stop'])
    const leaked = [...chinese].filter(([key, word]) => !own.has(key) && !/[\u4e00-\u9fff]/.test(word))
    expect(leaked).toEqual([])
  })

  it('have no text that cannot be said: a bar or a brace by itself breaks the page that shows it', () => {
    for (const messages of [chinese, english]) {
      const i18n = createI18n({ legacy: false, locale: 'x', missingWarn: false, fallbackWarn: false, messages: { x: Object.fromEntries([...messages].map(([key, word]) => [key.replaceAll('.', ' '), word])) } })
      const said = (key: string) => {
        try {
          return typeof i18n.global.t(key.replaceAll('.', ' '), {}) === 'string'
        } catch {
          return false
        }
      }
      expect([...messages.keys()].filter((key) => !said(key))).toEqual([])
    }
  })

  it('have every key the pages ask for', () => {
    const asked = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:(?:\$t|say)\(\s*'|\bdone: '|\sdone=")(\w+\.[\w.]+)['"]/g)].map((found) => found[1]!)
    )
    expect(asked.length).toBeGreaterThan(100)
    expect(asked.filter((key) => !chinese.has(key))).toEqual([])
  })

  it('hold every text: no page contains one', () => {
    const withWords = sources.filter((file) => {
      const text = readFileSync(file, 'utf8')
      const template = /<template>([\s\S]*)<\/template>/.exec(text)?.[1]?.replace(/<!--[\s\S]*?-->/g, '') ?? ''
      const shown = template.replace(/\{\{[\s\S]*?\}\}/g, '').match(/>[^<>{}"=]*[A-Za-z]{3,}[^<>{}"=]*</g) ?? []
      return /[\u4e00-\u9fff]/.test(text) || shown.some((word) => !/Ctrl\+Enter/.test(word))
    })
    expect(withWords).toEqual([])
  })
})

describe('the words for what the system refuses', () => {
  const rooms = readdirSync(SYSTEM).filter((name) => !name.includes('.') && !['panels'].includes(name))
  const refusing = rooms.flatMap((room) =>
    files(join(SYSTEM, room), (name) => name.endsWith('.py'))
  )
  const codes = refusing.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ {4}code(?:: ClassVar\[str\])? = "(\w+)"/gm)].map((found) => found[1]!)
  )

  it('are there for every code', () => {
    expect(codes.length).toBeGreaterThan(40)
    expect(codes.filter((code) => !chinese.has(`problem.${code}`))).toEqual([])
  })

  it('are there for no code that is gone', () => {
    const own = ['no_answer', 'offline', 'unexpected', 'unknown', 'rule'] // problems that the panels themselves find
    const named = refusing.map((file) => readFileSync(file, 'utf8')).join('')
    const words = [...chinese.keys()].flatMap((key) => /^problem\.(\w+)$/.exec(key)?.[1] ?? [])
    expect(words.filter((word) => !own.includes(word) && !named.includes(`"${word}"`))).toEqual([])
  })

  it('are there for every rule about calling', () => {
    const text = readFileSync(join(SYSTEM, 'eligibility/types.py'), 'utf8')
    const rules = [...text.matchAll(/^ {4}[A-Z_]+ = "([A-Z]\d+\.\w+)"/gm)].map((found) => found[1]!)
    expect(rules.length).toBeGreaterThan(8)
    expect(rules.filter((rule) => !chinese.has(`enums.rule.${rule}`))).toEqual([])
  })

  it('are there for every gate before a call', () => {
    const text = ['eligibility/types.py', 'eligibility/gates.py'].map((file) => readFileSync(join(SYSTEM, file), 'utf8')).join('')
    const gates = [...text.matchAll(/^ {4}[A-Z_]+ = "([A-Z]\d+\.\w+)"/gm)].map((found) => found[1]!)
    expect(gates.length).toBeGreaterThan(14)
    expect(gates.filter((gate) => !chinese.has(`enums.gate.${gate}`))).toEqual([])
  })

  it('are there for every state the system can show', () => {
    const kinds: [string, string, string][] = [
      ['agents/types.py', 'AgentState', 'seat'],
      ['agents/types.py', 'LegState', 'leg'],
      ['agents/types.py', 'PauseCode', 'pause'],
      ['campaigns/types.py', 'DialMode', 'mode'],
      ['campaigns/agent_fields.py', 'Showing', 'showing'],
      ['campaigns/types.py', 'WindowRule', 'windowPart'],
      ['eligibility/types.py', 'Cause', 'gateCause'],
      ['leads/types.py', 'LeadState', 'leadState'],
      ['leads/types.py', 'BasisKind', 'basisKind'],
      ['dnc/types.py', 'DncReason', 'dncReason'],
      ['reporting/history/types.py', 'Happening', 'happening'],
      ['calls/types.py', 'CallKind', 'callKind'],
      ['calls/types.py', 'CallState', 'call'],
      ['calls/types.py', 'Outcome', 'outcome'],
      ['calls/types.py', 'Disposition', 'disposition'],
      ['complaints/types.py', 'Category', 'complaintCategory'],
      ['complaints/types.py', 'CaseState', 'case'],
      ['callbacks/types.py', 'CallbackState', 'callback'],
      ['imports/types.py', 'RejectReason', 'reject'],
      ['imports/types.py', 'UploadState', 'upload'],
      ['imports/types.py', 'Column', 'column'],
      ['imports/types.py', 'FieldKind', 'fieldKind'],
      ['imports/types.py', 'MappingFrom', 'mappingFrom'],
      ['target_groups/types.py', 'TargetState', 'target'],
      ['target_groups/types.py', 'Act', 'targetAct'],
      ['dnc/types.py', 'DncSource', 'dncSource'],
      ['dnc/types.py', 'EntryState', 'dncState'],
      ['dnc/types.py', 'KeyKind', 'dncKind'],
      ['dnc/types.py', 'DeliveryState', 'dncDelivery'],
      ['consent/types.py', 'BasisAct', 'basisAct'],
      ['desk/types.py', 'NoticeCode', 'deskNotice'],
      ['classes/types.py', 'ClassSource', 'classSource'],
      ['classes/types.py', 'Operator', 'classOperator'],
      ['classes/types.py', 'RuleProblem', 'ruleProblem'],
      ['quality/types.py', 'ReviewState', 'review'],
      ['quality/types.py', 'ReviewVerdict', 'verdict'],
      ['recordings/types.py', 'RecordingState', 'recording'],
      ['field/types.py', 'HandOverState', 'handOver'],
      ['field/types.py', 'FollowView', 'followed'],
      ['field/types.py', 'VisitResult', 'visitResult'],
      ['alerts/types.py', 'AlertKind', 'alert'],
      ['allocation/types.py', 'AssignmentState', 'assignment'],
      ['allocation/types.py', 'AssignmentReason', 'assignmentReason'],
      ['people/types.py', 'RosterReason', 'rosterReason'],
      ['calendar/types.py', 'DayKind', 'dayKind'],
      ['campaigns/types.py', 'ServiceDays', 'serviceDays'],
      ['campaigns/types.py', 'VersionOrigin', 'versionOrigin'],
      ['audit/certificate/types.py', 'Standing', 'standing'],
      ['calendar/types.py', 'HolidayName', 'holiday'],
      ['campaigns/types.py', 'CampaignState', 'campaign'],
      ['people/types.py', 'Role', 'role'],
      ['reporting/types.py', 'LedgerResult', 'ledgerResult'],
      ['people/rules.py', 'Requirement', 'missing'],
      ['audit/types.py', 'Fault', 'fault'],
      ['audit/types.py', 'Access', 'access'],
      ['audit/certificate/types.py', 'Result', 'certified'],
      ['recordings/types.py', 'IncidentKind', 'incident'],
      ['health/types.py', 'Part', 'systemPart'],
      ['dialer/rules/waiting.py', 'WaitingCode', 'waiting'],
      ['schedule/types.py', 'Health', 'health'],
      ['kit/job_transitions.py', 'JobState', 'jobState']
    ]
    const lacking = kinds.flatMap(([file, name, kind]) => {
      const text = readFileSync(join(SYSTEM, file), 'utf8')
      const body = new RegExp(`^class ${name}\\(StrEnum\\):\\n((?: {4}.*\\n|\\n)*)`, 'm').exec(text)?.[1] ?? ''
      const values = [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((found) => found[1]!)
      if (!values.length) return [`${file}: ${name} was not found`]
      return values.filter((value) => !chinese.has(`enums.${kind}.${value}`)).map((value) => `${kind}.${value}`)
    })
    expect(lacking).toEqual([])
  })

  it('are there for every act of the trail, and for no act that is gone', () => {
    const named = refusing.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/"([a-z]+\.[a-z_]+)"/g)].map((found) => found[1]!))
    const noted = refusing.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:Noted\(|_note\(work,)\s*"([a-z]+\.[a-z_]+)"/g)].map((found) => found[1]!)
    )
    expect(noted.length).toBeGreaterThan(50)
    expect([...new Set(noted)].filter((act) => act !== 'room.verb' && !chinese.has(`enums.act.${act}`))).toEqual([])
    const targets = Object.keys(operation.enums.act.targets).map((act) => `targets.${act}`) // named by the group's own table
    const words = [...chinese.keys()].flatMap((key) => /^enums\.act\.(.+)$/.exec(key)?.[1] ?? [])
    expect(words.filter((act) => !named.includes(act) && !targets.includes(act))).toEqual([])
  })

  it('are there for every scheduled task and every kind of job', () => {
    const tasks = [...readFileSync(join(SYSTEM, 'bootstrap/scheduled.py'), 'utf8').matchAll(/ScheduledTask\(\s*"([\w.]+)"/g)].map((found) => found[1]!)
    expect(tasks.length).toBeGreaterThan(10)
    expect(tasks.filter((task) => !chinese.has(`enums.task.${task}`))).toEqual([])
    const own = ['imports/service.py', 'classes/applying.py', 'dnc/deliveries.py', 'reporting/exporting.py', 'audit/checking.py', 'audit/certifying.py', 'audit/types.py', 'customers/id_numbers.py']
    const kinds = own.flatMap((file) => [...readFileSync(join(SYSTEM, file), 'utf8').matchAll(/^(?:KIND|RESEAL|IMPORT|APPLY|PREVIEW|APPLY_ORDER|IMPORT, DRY_RUN) = (.+)$/gm)].flatMap((found) => [...found[1]!.matchAll(/"([\w.]+)"/g)].map((kind) => kind[1]!)))
    expect(kinds.length).toBeGreaterThan(7)
    expect(kinds.filter((kind) => !chinese.has(`enums.jobKind.${kind}`))).toEqual([])
  })
})
