/** Colours of a campaign's states, as in other lists. */
import type { CampaignState } from './api'

export const TONES: Record<CampaignState, string> = { preparing: 'busy', running: 'good', closed: '' }
