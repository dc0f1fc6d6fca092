/** One file on its way to a list: what the server holds of it, what the person has chosen, the work that is running. */
import { computed, ref, shallowRef, watch } from 'vue'
import { isOpen, useJob } from '@/kit/job'
import { get } from '@/kit/http'
import type { Job } from '@/kit/job'
import { showProblem } from '@/kit/messages'
import * as targets from '../targets/api'
import * as api from './api'
import * as wizard from './wizard'

const WAIT = 250

const isBusy = (job: Job | null) => job !== null && isOpen(job)

export function useIntake() {
  const upload = shallowRef<api.Upload | null>(null)
  const draft = ref<wizard.Draft>(wizard.freshDraft())
  const preview = shallowRef<api.Preview | null>(null)
  const unread = shallowRef<unknown>(null)
  const reading = ref(false)
  const columns = shallowRef<api.Column[]>([])
  const campaigns = shallowRef<api.Campaign[]>([])
  const group = shallowRef<targets.Target | null>(null)
  const trial = useJob(() => void refresh())
  const run = useJob((job) => void over(job))

  const obstacle = computed(() => wizard.obstacleTo(draft.value, preview.value))
  const busy = computed(() => {
    if (isBusy(run.job.value)) return 'importing'
    return isBusy(trial.job.value) ? 'trying' : null
  })
  const open = computed(() => wizard.reachable(upload.value, obstacle.value, busy.value))
  const step = computed(() => wizard.stepOf(draft.value.step, open.value))
  const mapping = computed(() => draft.value.mapping ?? preview.value?.mapping ?? {})
  const fields = computed(() => draft.value.fields ?? preview.value?.fields ?? [])
  const examples = ref<Record<string, string>>({})
  /** There was a whole dry run of exactly what would be imported now. */
  const tried = computed(() => wizard.tried(draft.value) && trial.job.value?.state === 'done')

  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    const id = upload.value?.id
    if (id === undefined || upload.value?.state !== 'uploaded' || busy.value) return
    if (fields.value.some(wizard.lacksChoices)) return // it would only be refused; the page says what is missing
    const mine = ++turn
    reading.value = true
    try {
      const found = await api.preview(id, wizard.layoutOf(draft.value))
      if (mine !== turn) return
      preview.value = found
      examples.value = { ...examples.value, ...wizard.examplesOf(found) }
      unread.value = null
    } catch (problem) {
      if (mine !== turn) return
      unread.value = problem
    } finally {
      if (mine === turn) reading.value = false
    }
  }

  function readSoon() {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), WAIT)
  }

  /** What the pages need beside the file itself. */
  async function prepare() {
    try {
      const [known, found] = await Promise.all([api.columns(), api.campaigns()])
      columns.value = known
      campaigns.value = found.filter((one) => one.state !== 'closed')
      suggest()
    } catch (problem) {
      showProblem(problem)
    }
  }

  /** A target group says campaign and branch; else the only campaign is the one meant. */
  function suggest() {
    if (group.value) Object.assign(draft.value, { campaignId: group.value.campaign_id, branch: group.value.branch })
    else if (draft.value.campaignId === null && campaigns.value.length === 1) draft.value.campaignId = campaigns.value[0]!.id
  }

  async function take(found: api.Upload) {
    upload.value = found
    for (const work of [trial, run]) {
      work.stop()
      work.job.value = null
    }
    preview.value = null
    examples.value = {}
    unread.value = null
    group.value = null
    draft.value = wizard.drafts.find(found.id) ?? wizard.freshDraft(found.file_name)
    if (found.target_group_id !== null) {
      try {
        group.value = await targets.find(found.target_group_id)
      } catch (problem) {
        showProblem(problem)
      }
    }
    suggest()
    await follow(found.job_id)
    void read()
  }

  /** The work last ordered for this file, by whomever; and the dry run this browser remembers. */
  async function follow(jobId: number | null) {
    const trialId = draft.value.trial?.id
    if (trialId !== undefined) trial.watch(trialId)
    if (jobId === null || jobId === trialId) return
    try {
      const job = await get<Job>(`/jobs/${jobId}`)
      if (wizard.isImport(job)) watchNow(run, job)
      else if (isOpen(job)) watchNow(trial, job)
    } catch (problem) {
      showProblem(problem)
    }
  }

  /** Shows at once what is known of it. */
  function watchNow(work: ReturnType<typeof useJob>, job: Job) {
    work.watch(job.id)
    work.job.value = job
  }

  const openUpload = async (id: number) => take(await api.findUpload(id))

  function layOut(how: Partial<Pick<wizard.Draft, 'sheet' | 'headerRow'>>) {
    examples.value = {}
    draft.value = wizard.read(draft.value, how)
  }

  async function tryOut() {
    const id = upload.value!.id
    const order = wizard.orderOf(draft.value)
    const job = await api.dryRun(id, order)
    draft.value.trial = { id: job.id, of: JSON.stringify(order) }
    upload.value = { ...upload.value!, state: 'ordered', job_id: job.id }
    watchNow(trial, job)
  }

  async function takeIn() {
    const job = await api.order(upload.value!.id, wizard.orderOf(draft.value))
    upload.value = { ...upload.value!, state: 'ordered', job_id: job.id }
    draft.value.step = 'import'
    watchNow(run, job)
  }

  async function refresh() {
    if (!upload.value) return
    try {
      upload.value = await api.findUpload(upload.value.id)
    } catch (problem) {
      showProblem(problem)
    }
    if (!preview.value) await read()
  }

  async function over(job: Job) {
    await refresh()
    if (job.state === 'done' && upload.value) wizard.drafts.forget(upload.value.id)
  }

  async function discard() {
    if (!upload.value) return
    await api.discard(upload.value.id)
    wizard.drafts.forget(upload.value.id)
  }

  watch(() => JSON.stringify(wizard.layoutOf(draft.value)), readSoon)
  watch(
    draft,
    (now) => {
      if (upload.value?.state === 'uploaded' || upload.value?.state === 'ordered') wizard.drafts.keep(upload.value.id, now)
    },
    { deep: true }
  )

  return {
    upload, draft, preview, unread, reading, columns, campaigns, group, trial, run,
    obstacle, busy, open, step, mapping, fields, examples, tried,
    prepare, openUpload, take, layOut, read, tryOut, takeIn, discard
  }
}

export type Intake = ReturnType<typeof useIntake>
