/** One file on its way to a list: what the server holds of it, what the person has chosen, the work that is running. */
import { computed, ref, shallowRef, watch } from 'vue'
import { isOpen, useErrand } from '@/kit/errand'
import { get } from '@/kit/http'
import type { Errand } from '@/kit/errand'
import { tellProblem } from '@/kit/tell'
import * as targets from '../targets/api'
import * as api from './api'
import * as wizard from './wizard'

const WAIT = 250

const isBusy = (errand: Errand | null) => errand !== null && isOpen(errand)

export function useIntake() {
  const upload = shallowRef<api.Upload | null>(null)
  const draft = ref<wizard.Draft>(wizard.freshDraft())
  const preview = shallowRef<api.Preview | null>(null)
  const unread = shallowRef<unknown>(null)
  const reading = ref(false)
  const columns = shallowRef<api.Column[]>([])
  const campaigns = shallowRef<api.Campaign[]>([])
  const group = shallowRef<targets.Target | null>(null)
  const trial = useErrand(() => void refresh())
  const run = useErrand((errand) => void over(errand))

  const obstacle = computed(() => wizard.obstacleTo(draft.value, preview.value))
  const busy = computed(() => {
    if (isBusy(run.errand.value)) return 'importing'
    return isBusy(trial.errand.value) ? 'trying' : null
  })
  const open = computed(() => wizard.reachable(upload.value, obstacle.value, busy.value))
  const step = computed(() => wizard.stepOf(draft.value.step, open.value))
  const mapping = computed(() => draft.value.mapping ?? preview.value?.mapping ?? {})
  const fields = computed(() => draft.value.fields ?? preview.value?.fields ?? [])
  const examples = ref<Record<string, string>>({})
  /** There was a whole dry run of exactly what would be imported now. */
  const tried = computed(() => wizard.tried(draft.value) && trial.errand.value?.state === 'done')

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
      tellProblem(problem)
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
      work.errand.value = null
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
        tellProblem(problem)
      }
    }
    suggest()
    await follow(found.errand_id)
    void read()
  }

  /** The work last ordered for this file, by whomever; and the dry run this browser remembers. */
  async function follow(errandId: number | null) {
    const trialId = draft.value.trial?.id
    if (trialId !== undefined) trial.watch(trialId)
    if (errandId === null || errandId === trialId) return
    try {
      const errand = await get<Errand>(`/errands/${errandId}`)
      if (wizard.isImport(errand)) watchNow(run, errand)
      else if (isOpen(errand)) watchNow(trial, errand)
    } catch (problem) {
      tellProblem(problem)
    }
  }

  /** Shows at once what is known of it. */
  function watchNow(work: ReturnType<typeof useErrand>, errand: Errand) {
    work.watch(errand.id)
    work.errand.value = errand
  }

  const openUpload = async (id: number) => take(await api.findUpload(id))

  function layOut(how: Partial<Pick<wizard.Draft, 'sheet' | 'headerRow'>>) {
    examples.value = {}
    draft.value = wizard.read(draft.value, how)
  }

  async function tryOut() {
    const id = upload.value!.id
    const order = wizard.orderOf(draft.value)
    const errand = await api.dryRun(id, order)
    draft.value.trial = { id: errand.id, of: JSON.stringify(order) }
    upload.value = { ...upload.value!, state: 'ordered', errand_id: errand.id }
    watchNow(trial, errand)
  }

  async function takeIn() {
    const errand = await api.order(upload.value!.id, wizard.orderOf(draft.value))
    upload.value = { ...upload.value!, state: 'ordered', errand_id: errand.id }
    draft.value.step = 'import'
    watchNow(run, errand)
  }

  async function refresh() {
    if (!upload.value) return
    try {
      upload.value = await api.findUpload(upload.value.id)
    } catch (problem) {
      tellProblem(problem)
    }
    if (!preview.value) await read()
  }

  async function over(errand: Errand) {
    await refresh()
    if (errand.state === 'done' && upload.value) wizard.drafts.forget(upload.value.id)
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
