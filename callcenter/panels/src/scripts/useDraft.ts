/** A person's draft of a campaign's script: begun from the version in force, or taken up where it was left, on any machine. */
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { useItem } from '@/kit/useItem'
import * as api from './api'
import { draftOf, isSame, statementsOf, type Draft } from './draft'
import { draftKeeper } from './keeping'

const inForceOf = (all: api.Version[] | undefined) => all?.find((one) => one.in_force)

export function useDraft(campaign: Ref<number | null>, writes: () => boolean) {
  const loaded = useItem(load, { on: () => campaign.value })
  const keeper = draftKeeper(api.saveDraft)
  const draft = ref<Draft | null>(null)
  const basedOn = ref<number | null>(null)
  /** The text that was loaded or put last, so that only what a person changes is saved. */
  let known = ''

  async function load() {
    const id = campaign.value
    if (id === null) return null
    const [versions, saved] = await Promise.all([api.versions(id), writes() ? api.savedDraft(id) : null])
    return { versions, saved }
  }

  const versions = computed(() => loaded.data?.versions)
  const inForce = computed(() => inForceOf(versions.value))
  const base = computed(() => versions.value?.find((one) => one.version === basedOn.value))
  /** Whether the person has changed something. */
  const changed = computed(() => !!draft.value && !isSame(draft.value, base.value))
  /** The version that has come into force since the draft was begun. */
  const overtakenBy = computed(() => (changed.value && inForce.value?.version !== basedOn.value ? inForce.value : undefined))

  const body = (): api.DraftBody => ({ title: draft.value!.title, statements: statementsOf(draft.value!), based_on: basedOn.value })

  function begin(saved: api.SavedDraft | null, all: api.Version[]) {
    basedOn.value = saved ? saved.based_on : (inForceOf(all)?.version ?? null)
    draft.value = draftOf(saved ?? inForceOf(all))
    known = JSON.stringify(body())
    keeper.take(saved)
  }

  function save() {
    if (!draft.value || campaign.value === null) return
    const text = JSON.stringify(body())
    if (text === known) return
    known = text
    keeper.put(campaign.value, body())
  }

  watch(
    () => loaded.data,
    (now) => {
      if (!now) draft.value = null
      // What is typed while the page loads again stays; its save says whether another page has changed the draft.
      else if (!keeper.unsaved()) begin(now.saved, now.versions)
    }
  )
  watch([draft, basedOn], save, { deep: true })

  /** Submits the draft; while the request is on its way nothing is saved that could outlive it. */
  async function submit(reason: string) {
    await keeper.stop()
    try {
      const after = await api.submit(campaign.value!, { ...body(), reason })
      loaded.set({ versions: after, saved: null })
    } catch (refusal) {
      keeper.put(campaign.value!, body())
      throw refusal
    }
  }

  async function discard() {
    await keeper.stop()
    await api.discardDraft(campaign.value!)
    begin(null, versions.value!)
  }

  /** Begins again from this version's text. */
  function use(version: api.Version) {
    basedOn.value = inForce.value?.version ?? null
    draft.value = draftOf(version)
  }

  /** Keeps the draft's text, with the version in force as what it is compared with from now on. */
  const rebase = () => (basedOn.value = inForce.value?.version ?? null)

  async function readOther() {
    await keeper.stop()
    keeper.take(null)
    await loaded.reload()
  }

  const overwriteOther = async () => keeper.overwrite(await api.savedDraft(campaign.value!))

  /** Resolves to whether everything that was typed is on the server. */
  async function leave() {
    await keeper.flush()
    return !keeper.unsaved()
  }

  const flush = () => void keeper.flush()
  window.addEventListener('pagehide', flush)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', flush)
    flush()
  })

  return { loaded, versions, inForce, base, draft, changed, overtakenBy, keeping: keeper.keeping, submit, discard, use, rebase, readOther, overwriteOther, leave }
}
