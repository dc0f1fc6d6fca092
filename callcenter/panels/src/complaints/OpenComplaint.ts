/** The form that opens a complaint. It stands behind a button of many pages, and is fetched when one presses it. */
import { defineAsyncComponent } from 'vue'

export default defineAsyncComponent(() => import('./ComplaintForm.vue'))
