/** One file on its way to a list: what the server holds of it, what the person has chosen, the work that is running. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useAct } from '@/kit/act'
import { isOpen, readJob, useJob, type Job } from '@/kit/job'
import { latestOnly } from '@/kit/loading'
import { useItem } from '@/kit/useItem'
import { useCampaigns } from '../campaigns'
import * as targets from '../targets/api'
import * as api from './api'
import * as wizard from './wizard'

const WAIT = 250

const isBusy = (job: Job | null) => job !== null && isOpen(job)

/** Returns the file of this id and the work last requested for it, by any member of staff. */
async function findFile(id: number | null) {
  if (id === null) return null
  const upload = await api.findUpload(id)
  return { upload, job: upload.job_id === null ? null : await readJob(upload.job_id) }
}

/** `uploadId` says which file it is; null: none has been uploaded yet. */
export function useIntake(uploadId: () => number | null) {
  const upload = shallowRef<api.Upload | null>(null)
  const draft = ref<wizard.Draft>(wizard.freshDraft())
  const preview = shallowRef<api.Preview | null>(null)
  const unread = shallowRef<unknown>(null)
  const reading = ref(false)
  const examples = ref<Record<string, string>>({})
  const trial = useJob(() => void refresh())
  const run = useJob((job) => void over(job))
  const { act } = useAct()
  const latest = latestOnly()

  const { campaigns: allCampaigns, campaignName } = useCampaigns()
  const campaigns = computed(() => (allCampaigns.data ?? []).filter((one) => one.state !== 'closed'))
  const columns = useItem(api.columns)
  const file = useItem(() => findFile(uploadId()), { on: uploadId })
  const groupId = () => upload.value?.target_group_id ?? null
  const group = useItem(async () => (groupId() === null ? null : targets.find(groupId()!)), { on: groupId })

  const obstacle = computed(() => wizard.obstacleTo(draft.value, preview.value))
  const busy = computed(() => {
    if (isBusy(run.job.value)) return 'importing'
    return isBusy(trial.job.value) ? 'trying' : null
  })
  const open = computed(() => wizard.reachable(upload.value, obstacle.value, busy.value))
  const step = computed(() => wizard.stepOf(draft.value.step, open.value))
  const mapping = computed(() => draft.value.mapping ?? preview.value?.mapping ?? {})
  const fields = computed(() => draft.value.fields ?? preview.value?.fields ?? [])
  /** There was a whole dry run of exactly what would be imported now. */
  const tried = computed(() => wizard.tried(draft.value) && trial.job.value?.state === 'done')

  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    const id = upload.value?.id
    if (id === undefined || upload.value?.state !== 'uploaded' || busy.value) return
    if (fields.value.some(wizard.lacksChoices)) return // it would only be refused; the page says what is missing
    reading.value = true
    await latest.ask(() => api.preview(id, wizard.layoutOf(draft.value)), {
      answer(found) {
        preview.value = found
        unread.value = null
        // Values stand under what a title feeds now; under a title not imported none stand any more.
        examples.value = { ...examples.value, ...wizard.examplesOf(found) }
      },
      error: (problem) => (unread.value = problem),
      end: () => (reading.value = false)
    })
  }

  function readSoon() {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), WAIT)
  }

  /** A target group says campaign and branch; else the only campaign is the one meant. */
  function suggest() {
    if (group.data && group.data.id === groupId()) Object.assign(draft.value, { campaignId: group.data.campaign_id, branch: group.data.branch })
    else if (draft.value.campaignId === null && campaigns.value.length === 1) draft.value.campaignId = campaigns.value[0]!.id
  }

  /** Begins with this file where it was left; nothing stays of the file before. */
  function take(found: Awaited<ReturnType<typeof findFile>>) {
    latest.cancel()
    trial.forget()
    run.forget()
    reading.value = false
    preview.value = unread.value = null
    examples.value = {}
    upload.value = found?.upload ?? null
    if (!found) return
    draft.value = wizard.drafts.find(found.upload.id) ?? wizard.freshDraft(found.upload.file_name)
    suggest()
    follow(found.job)
    void read()
  }

  /** Watches the work last requested, and the dry run this browser remembers. */
  function follow(job: Job | null) {
    const trialId = draft.value.trial?.id
    if (trialId !== undefined) trial.watch(trialId, job?.id === trialId ? job : null)
    if (job === null || job.id === trialId) return
    if (wizard.isImport(job)) run.watch(job.id, job)
    else if (isOpen(job)) trial.watch(job.id, job)
  }

  function layOut(how: wizard.Reading) {
    examples.value = {}
    draft.value = wizard.read(draft.value, how)
  }

  async function tryOut() {
    const request = wizard.requestOf(draft.value)
    const job = await api.requestDryRun(upload.value!.id, request)
    draft.value.trial = { id: job.id, of: JSON.stringify(request) }
    upload.value = { ...upload.value!, state: 'ordered', job_id: job.id }
    trial.watch(job.id, job)
  }

  async function importNow() {
    const job = await api.requestImport(upload.value!.id, wizard.requestOf(draft.value))
    upload.value = { ...upload.value!, state: 'ordered', job_id: job.id }
    draft.value.step = 'import'
    run.watch(job.id, job)
  }

  async function refresh() {
    const id = upload.value?.id
    if (id === undefined) return
    const found = await act(() => api.findUpload(id))
    if (found && upload.value?.id === id) upload.value = found.value
    if (!preview.value) await read()
  }

  async function over(job: Job) {
    await refresh()
    if (job.state === 'done' && upload.value) wizard.drafts.forget(upload.value.id)
  }

  async function discard() {
    await api.discard(upload.value!.id)
    wizard.drafts.forget(upload.value!.id)
  }

  // At once: the page is drawn when the file has come, and must not be drawn with the file before.
  watch(() => file.data, take, { flush: 'sync' })
  watch([campaigns, () => group.data], suggest)
  watch(() => JSON.stringify(wizard.layoutOf(draft.value)), readSoon)
  watch(
    draft,
    (now) => {
      if (upload.value?.state === 'uploaded' || upload.value?.state === 'ordered') wizard.drafts.keep(upload.value.id, now)
    },
    { deep: true }
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    latest.cancel()
  })

  return {
    file, columns, allCampaigns, group,
    upload, draft, preview, unread, reading, campaigns, campaignName, trial, run,
    obstacle, busy, open, step, mapping, fields, examples, tried,
    layOut, read, tryOut, importNow, discard
  }
}

export type Intake = ReturnType<typeof useIntake>
